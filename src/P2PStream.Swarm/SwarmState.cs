using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <summary>What the rooms of a swarm share: who is there, what is here, what has been said.</summary>
internal sealed class SwarmState(SwarmOptions options, IBlockPicker picker, BlockPool pool)
{
    /// <summary>Leaf lists kept by a viewer: 0.2 % of 8 GiB of media.</summary>
    private const long LeafBytes = 16L << 20;

    private readonly EffectQueue _effects = new();
    private readonly Dictionary<int, SwarmPeer> _byNumber = [];
    private readonly Dictionary<int, SwarmPeer> _bySource = [];
    private readonly List<SwarmPeer> _peers = [];

    // Made once: leaf lists come with every part.
    private Func<SegmentId, bool>? _isNeeded, _isKept;

    public SwarmOptions Options { get; } = options;

    public IBlockPicker Picker { get; } = picker;

    public BlockPool Pool { get; } = pool;

    public SegmentStore Store { get; } = new();

    public KeptSegments Kept { get; } = new();

    public RecordBook Records { get; } = new();

    public LeafBook Leaves { get; } = new(
        options.ServesOwnMedia || !options.IsViewer ? long.MaxValue / LeafBook.WantedShare : LeafBytes);

    /// <summary>The largest segment that may be read, in blocks: all of it stays in memory until it is read,
    /// and a quarter of memory is left to what else is under way.</summary>
    public int LargestSegment { get; } =
        (int)Math.Min(pool.Capacity / 4L * 3, ContentLimits.SegmentBytes / ContentLimits.BlockBytes);

    public SwarmCounters Counters { get; } = new();

    public VerifiedAuthority? Authority { get; set; }

    /// <summary>True while the origin is left alone: others are to fetch from it.</summary>
    public bool IsOriginAtRest { get; set; }

    /// <summary>True unless it is left alone, or not to be used at all.</summary>
    public bool MayUseOrigin => Options.UseOrigin && !IsOriginAtRest;

    /// <summary>True while givers are scarce, or none is linked and most viewers find them so, see
    /// <see cref="ScarceGivers"/>.</summary>
    public bool LacksGivers { get; set; }

    /// <summary>What peers are told of this node with its windows.</summary>
    public InterestRole Role =>
        (Options.IsViewer ? InterestRole.Viewer : InterestRole.None)
        | (MayUseOrigin ? InterestRole.UsesOrigin : InterestRole.None)
        | (LacksGivers ? InterestRole.LacksGivers : InterestRole.None);

    public List<SwarmPeer> Peers => _peers;

    public SwarmPeer? Peer(int number) => _byNumber.GetValueOrDefault(number);

    public SwarmPeer? PeerOfSource(int source) => _bySource.GetValueOrDefault(source);

    public void Add(SwarmPeer peer)
    {
        _byNumber.Add(peer.Number, peer);
        _bySource.Add(peer.Source, peer);
        _peers.Add(peer);
    }

    public void Remove(SwarmPeer peer)
    {
        _byNumber.Remove(peer.Number);
        _bySource.Remove(peer.Source);
        _peers.Remove(peer);
    }

    public TrackDescription? Track(ushort id)
    {
        if (Authority is null) return null;

        // By index: an enumerator of the interface would be allocated, and this is asked with every block.
        var tracks = Authority.Catalog.Tracks;
        for (var i = 0; i < tracks.Count; i++)
            if (tracks[i].Id == id) return tracks[i];
        return null;
    }

    /// <summary>True for a segment that a lane wants or a reader reads.</summary>
    public bool IsNeeded(SegmentId id) =>
        Store.Find(id) is { } segment && (segment.Wanted || segment.Readers > 0);

    /// <summary>Keeps a verified leaf list; nobody may change it any more.</summary>
    public void AddLeaves(SegmentId segment, ushort part, ReadOnlyMemory<byte> leaves) =>
        Leaves.Add(segment, part, leaves, _isNeeded ??= IsNeeded, _isKept ??= Kept.Contains);

    public void Emit(in SwarmEffect effect) => _effects.Add(effect);

    public void Emit(SwarmPeer peer, in SessionCommand command) =>
        Emit(new SwarmEffect
        {
            Kind = SwarmEffectKind.Command,
            Peer = peer.Number,
            Command = command with { Channel = peer.Channel },
        });

    public bool TryTake(out SwarmEffect effect) => _effects.TryTake(out effect);

    public double UnixSeconds(TimeSpan now) => Options.UnixSecondsAtZero + now.TotalSeconds;

    /// <summary>Takes a place for a block, evicting what nobody needs.</summary>
    public bool TryRent(int length, out Lease? lease)
    {
        while (!Pool.TryRent(length, out lease))
        {
            if (Store.EvictOne() is not { } gone) return false;
            if (!Kept.Contains(gone.Id)) AnnounceDrop(gone.Id);
        }

        return true;
    }

    /// <summary>A segment is neither in memory nor in the host's store any more.</summary>
    public void AnnounceDrop(SegmentId segment)
    {
        foreach (var peer in _peers)
            Emit(peer, new SessionCommand
            {
                Kind = SessionCommandKind.DropSegments,
                Block = new BlockId(segment, 0, 0),
                Count = 1,
            });
    }

    /// <summary>The host's store no longer has a segment.</summary>
    public void Forget(SegmentId segment)
    {
        // Those of an epoch before this one, too, of which nothing else is kept.
        Leaves.Release(segment);
        if (!Kept.Contains(segment)) return;
        Kept.Remove(segment);
        if (Store.Find(segment)?.IsComplete != true) AnnounceDrop(segment);
    }

    /// <summary>Never again that peer: what it has said before its link ends is not looked at any more.</summary>
    public void Ban(SwarmPeer peer, SessionEndReason reason = SessionEndReason.Corrupt)
    {
        if (peer.IsBanned) return;
        peer.IsBanned = true;
        Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.Goodbye,
            Value = (uint)reason,
        });
        Emit(new SwarmEffect { Kind = SwarmEffectKind.Ban, Peer = peer.Number });
    }
}
