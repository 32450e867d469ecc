using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm.Tests;

/// <summary>A swarm without links: a test says what peers say, and sees what it asks for.</summary>
internal sealed class SwarmProbe : IDisposable
{
    public const ushort Channel = 1;

    private readonly List<SwarmEffect> _effects = [];

    public SwarmProbe(TestStream stream, bool useOrigin = false, int poolBlocks = 1024,
        IUploadPolicy? policy = null, byte self = 0, bool isViewer = true, bool servesMedia = false)
    {
        Pool = new BlockPool(poolBlocks);
        Picker = new DeadlineScheduler(new SchedulerOptions { Seed = 1 });
        Swarm = new StreamSwarm(
            new SwarmOptions
            {
                Stream = stream.Root.StreamId(TestStream.Name),
                RootKey = stream.Root.PublicKey,
                Name = TestStream.Name,
                Self = Identity(self),
                UseOrigin = useOrigin,
                IsViewer = isViewer,
                ServesOwnMedia = servesMedia,
                PrefetchBytes = (long)poolBlocks * ContentLimits.BlockBytes / 3,
                UnixSecondsAtZero = 1000,
            },
            Picker, Pool, policy ?? new ServeEveryone());
    }

    public StreamSwarm Swarm { get; }

    public BlockPool Pool { get; }

    public DeadlineScheduler Picker { get; }

    public TimeSpan Now { get; set; }

    /// <summary>True when peers give zeros.</summary>
    public bool GivesZeros { get; set; }

    /// <summary>What it has asked for since the start; leases in it are the test's.</summary>
    public IReadOnlyList<SwarmEffect> Effects => _effects;

    public static PeerId Identity(byte number)
    {
        var id = new byte[Hash256.Size];
        id.AsSpan().Fill(number);
        return new PeerId(new Hash256(id));
    }

    public void Join(int peer)
    {
        Assert.True(Swarm.PeerJoined(
            peer, Identity((byte)peer), Channel, listens: null, "", TimeSpan.Zero, Now));
        Turn();
    }

    public void Say(int peer, SessionEventKind kind, BlockId block, uint count = 1, uint value = 0) =>
        Say(peer, new SessionEvent
        {
            Kind = kind,
            Channel = Channel,
            Block = block,
            Count = count,
            Value = value,
        });

    public void Say(int peer, in SessionEvent e)
    {
        Swarm.Receive(peer, e, Now);
        Turn();
    }

    public void Turn()
    {
        Swarm.Advance(Now);
        while (Swarm.TryTake(out var effect)) _effects.Add(effect);
    }

    /// <summary>Lets time pass in steps, as its wake-ups ask.</summary>
    public void Pass(TimeSpan time)
    {
        var end = Now + time;
        while (Swarm.NextWakeUp is { } wake && wake < end)
        {
            Now = wake > Now ? wake : Now + TimeSpan.FromMilliseconds(1);
            Turn();
        }

        Now = end;
        Turn();
    }

    /// <summary>Takes, and forgets, what was said to a peer.</summary>
    public IReadOnlyList<SessionCommand> TakeCommands(int peer, SessionCommandKind kind)
    {
        bool IsOne(SwarmEffect effect) => effect.Kind == SwarmEffectKind.Command
            && effect.Peer == peer && effect.Command.Kind == kind;
        var taken = _effects.Where(IsOne).Select(effect => effect.Command).ToArray();
        _effects.RemoveAll(IsOne);
        return taken;
    }

    public IReadOnlyList<SwarmEffect> Take(SwarmEffectKind kind)
    {
        var taken = _effects.Where(effect => effect.Kind == kind).ToArray();
        _effects.RemoveAll(effect => effect.Kind == kind);
        return taken;
    }

    /// <summary>Answers a request as an honest peer does.</summary>
    public void Deliver(int peer, in SessionCommand request)
    {
        var lease = request.Lease!;
        if (GivesZeros) lease.Memory.Span.Clear();
        else TestStream.Fill(request.Block.Segment,
            (long)request.Block.Index * ContentLimits.BlockBytes, lease.Memory.Span);
        Say(peer, new SessionEvent
        {
            Kind = SessionEventKind.BlockArrived,
            Channel = Channel,
            Request = request.Request,
            Block = request.Block,
            Lease = lease,
            Digest = ContentTree.HashLeaf(lease.Memory.Span),
        });
    }

    /// <summary>Answers every request to a peer until it asks for no more.</summary>
    /// <returns>Blocks delivered.</returns>
    public int DeliverAll(int peer, Func<BlockId, bool>? which = null)
    {
        var delivered = 0;
        while (true)
        {
            var requests = TakeCommands(peer, SessionCommandKind.Request);
            if (requests.Count == 0) return delivered;
            foreach (var request in requests)
            {
                if (which?.Invoke(request.Block) == false)
                {
                    request.Lease!.Release();
                    continue;
                }

                Deliver(peer, request);
                delivered++;
            }
        }
    }

    /// <summary>Gives back all that nobody has taken: what is asked for, and not answered, is a session's.</summary>
    public void Dispose()
    {
        Swarm.Close();
        while (Swarm.TryTake(out var effect)) _effects.Add(effect);
        foreach (var effect in _effects)
        {
            effect.Lease?.Release();
            effect.Command.Lease?.Release();
            if (effect.Kind != SwarmEffectKind.FetchOrigin) continue;
            foreach (var block in effect.Run!.Blocks) block.Lease.Release();
        }
    }
}
