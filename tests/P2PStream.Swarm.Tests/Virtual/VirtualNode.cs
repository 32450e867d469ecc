using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm.Tests;

/// <summary>A node in virtual time: a real <see cref="StreamSwarm"/> over real sessions, and a player.</summary>
internal sealed class VirtualNode
{
    private readonly VirtualOrigin? _origin;
    private readonly List<VirtualLinkEnd> _links = [];
    private readonly StreamId _stream;
    private readonly Dictionary<BlockId, byte[]> _stored = [];
    private TimeSpan? _wakeAt;
    private int _lastPeer;

    public VirtualNode(VirtualClock clock, TestStream stream, int number, bool isViewer,
        VirtualOrigin? origin, double uploadRate = 10e6, bool servesMedia = false,
        IBlockPicker? picker = null, bool hasStore = false, int poolBlocks = 4096,
        VirtualLimit? download = null, TimeSpan? prefetchAhead = null)
    {
        download?.Attach(Turn);
        Clock = clock;
        Number = number;
        _origin = origin;
        Uplink = new VirtualUplink(uploadRate);
        _stream = stream.Root.StreamId(TestStream.Name);
        var id = new byte[Hash256.Size];
        new Random(number + 1).NextBytes(id);
        Id = new PeerId(new Hash256(id));
        Pool = new BlockPool(poolBlocks);
        Swarm = new StreamSwarm(
            new SwarmOptions
            {
                Stream = _stream,
                RootKey = stream.Root.PublicKey,
                Name = TestStream.Name,
                Self = Id,
                IsViewer = isViewer,
                ServesOwnMedia = servesMedia,
                UseOrigin = origin is not null,
                HasBlockStore = hasStore,
                PrefetchBytes = (long)poolBlocks * ContentLimits.BlockBytes / 3,
                PrefetchAhead = prefetchAhead ?? TimeSpan.FromSeconds(60),
                UnixSecondsAtZero = 1000,
            },
            picker ?? new DeadlineScheduler(new SchedulerOptions { Seed = (ulong)number }),
            Pool, new ServeEveryone(), download);
        Player = new VirtualPlayer(this, stream);
    }

    public VirtualClock Clock { get; }

    public int Number { get; }

    public PeerId Id { get; }

    public UInt128 Nonce => (UInt128)Number + 1;

    public BlockPool Pool { get; }

    public StreamSwarm Swarm { get; }

    public VirtualPlayer Player { get; }

    /// <summary>What it wrote into its store; a test may spoil it.</summary>
    public IReadOnlyDictionary<BlockId, byte[]> Stored => _stored;

    /// <summary>What its bytes go up by.</summary>
    public VirtualUplink Uplink { get; init; }

    /// <summary>What it may send, below the rate of <see cref="Uplink"/>.</summary>
    public VirtualLimit? UploadLimit { get; init; }

    /// <summary>The longest that anything waited for its uplink to be free: all the time, and while the
    /// player was in a hurry.</summary>
    public TimeSpan WorstQueue { get; set; }

    /// <inheritdoc cref="WorstQueue"/>
    public TimeSpan WorstUrgentQueue { get; set; }

    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>True once it says nothing more, though its links stay up.</summary>
    public bool IsSilent { get; set; }

    public List<int> Banned { get; } = [];

    public IReadOnlyList<VirtualLinkEnd> Links => _links;

    public VirtualLinkEnd Dial(VirtualNode other)
    {
        var end = VirtualLinkEnd.Connect(this, other);
        end.Channel = end.Session.NextChannel();
        _links.Add(end);
        other._links.Add(end.Other);
        end.Do(new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel,
            Channel = end.Channel,
            Stream = _stream,
        });
        Join(end);
        end.Turn();
        return end;
    }

    /// <summary>Leaves: every link is lost.</summary>
    public void Leave()
    {
        foreach (var link in _links.ToArray())
        {
            link.Lose();
            link.Other.Lose();
            link.Remote.Turn();
        }
    }

    /// <inheritdoc cref="VirtualUplink.Send"/>
    public (TimeSpan Taken, TimeSpan Left) Upload(int bytes)
    {
        var wait = Uplink.Wait(Clock.Now);
        if (wait > WorstQueue) WorstQueue = wait;
        if (wait > WorstUrgentQueue && Swarm.IsUrgent(Clock.Now)) WorstUrgentQueue = wait;
        return Uplink.Send(bytes, Clock.Now);
    }

    public void OnSession(VirtualLinkEnd link, in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.ChannelOpening:
                link.Channel = e.Channel;
                link.Do(new SessionCommand
                {
                    Kind = SessionCommandKind.AcceptChannel,
                    Channel = e.Channel,
                });
                Join(link);
                break;
            case SessionEventKind.Ended:
                _links.Remove(link);
                Swarm.PeerLeft(link.Peer, Clock.Now);
                break;
            default:
                Swarm.Receive(link.Peer, e, Clock.Now);
                break;
        }
    }

    public void OriginArrived(uint ticket, Lease lease)
    {
        Swarm.OriginArrived(ticket, lease, ContentTree.HashLeaf(lease.Memory.Span), Clock.Now);
        Turn();
    }

    public void OriginFailed(uint run, bool isMissing)
    {
        Swarm.OriginFailed(run, isMissing, Clock.Now);
        Turn();
    }

    /// <summary>Advances the swarm and does what it asks.</summary>
    public void Turn()
    {
        Swarm.Advance(Clock.Now);
        while (Swarm.TryTake(out var effect)) Perform(effect);
        UploadLimit?.Limiter.SetUrgent(Swarm.IsUrgent(Clock.Now), Clock.Now);
        foreach (var link in _links.ToArray()) link.Turn();
        if (Swarm.NextWakeUp is not { } wake || (_wakeAt is { } planned && planned <= wake)) return;
        _wakeAt = wake;
        Clock.At(wake, () =>
        {
            if (_wakeAt != wake) return;
            _wakeAt = null;
            Turn();
        });
    }

    private void Join(VirtualLinkEnd link)
    {
        link.Peer = ++_lastPeer;
        Swarm.PeerJoined(link.Peer, link.Remote.Id, link.Channel,
            new DialAddress("virtual", $"{link.Remote.Number}"), "", TimeSpan.Zero, Clock.Now);
        Turn();
    }

    private void Read(in SwarmEffect effect)
    {
        var lease = effect.Lease!;
        if (_stored.TryGetValue(effect.Block, out var kept)) kept.CopyTo(lease.Memory);
        else TestStream.Fill(effect.Block.Segment,
            (long)effect.Block.Index * ContentLimits.BlockBytes, lease.Memory.Span);
        Swarm.OwnMediaRead(effect.Peer, effect.Number, effect.Block, lease,
            ContentTree.HashLeaf(lease.Memory.Span), effect.Deadline);
    }

    private void Keep(in SwarmEffect effect)
    {
        _stored[effect.Block] = effect.Lease!.Memory.ToArray();
        effect.Lease.Release();
        if (effect.Number == 0) Swarm.SegmentStored(effect.Block.Segment, []);
    }

    private void Perform(in SwarmEffect effect)
    {
        var number = effect.Peer;
        switch (effect.Kind)
        {
            case SwarmEffectKind.Command:
                if (_links.Find(link => link.Peer == number) is { } end) end.Do(effect.Command);
                else effect.Command.Lease?.Release();
                break;
            case SwarmEffectKind.Ban: Banned.Add(number); break;
            case SwarmEffectKind.FetchOrigin: _origin!.Start(this, effect.Run!); break;
            case SwarmEffectKind.CancelOrigin: _origin!.Cancel(this, effect.Number); break;
            case SwarmEffectKind.ReadOwnMedia: Read(effect); break;
            case SwarmEffectKind.WriteBlock: Keep(effect); break;
            case SwarmEffectKind.ReaderBlock: Player.Block(effect.Lease!); break;
            case SwarmEffectKind.ReaderCompleted: Player.SegmentCompleted(); break;
            case SwarmEffectKind.CatalogChanged or SwarmEffectKind.RecordsChanged:
                Player.Learn();
                break;
        }
    }
}
