using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>A part in a lane: where its blocks lie in the picker's ring.</summary>
internal sealed class LaneEntry(StoredSegment segment, int part, long first, TimeSpan now)
{
    private readonly bool[] _seen = new bool[segment.Parts[part].Blocks];

    private PartShare? _share;

    public StoredSegment Segment { get; } = segment;

    public int Part { get; } = part;

    /// <summary>The lane position of block 0.</summary>
    public long First { get; } = first;

    /// <summary>Since when it is wanted.</summary>
    public TimeSpan WantedAt { get; } = now;

    public int Blocks => Segment.Parts[Part].Blocks;

    /// <summary>True while this node is elected to fetch it from the origin.</summary>
    public bool Elected { get; set; }

    /// <summary>True while the origin is a source for it.</summary>
    public bool IsOffered { get; set; }

    /// <summary>When a block of it was last asked of the origin, or came to exist anywhere in sight: someone
    /// is at work on it.</summary>
    public TimeSpan LastProgress { get; set; }

    /// <summary>When a block of it was last verified here, or when it came to be wanted.</summary>
    public TimeSpan LastGot { get; set; }

    /// <summary>How many of its blocks exist here or at a peer, as far as was heard.</summary>
    public int SeenBlocks { get; private set; }

    /// <summary>True while its turn at the origin has come: what precedes it exists.</summary>
    public bool IsDue { get; set; }

    /// <summary>True once this node has asked the origin for a block of it.</summary>
    public bool IsAskedHere { get; private set; }

    /// <summary>True once a block of it came to exist here before a peer showed it: this node is fetching
    /// it.</summary>
    public bool IsFetchedHere { get; private set; }

    /// <summary>The lowest rank (<see cref="OriginElection.Rank"/>) of the peers that showed a block of it
    /// before anyone else did: they are fetching it.</summary>
    public ulong LowestFetcher { get; private set; } = ulong.MaxValue;

    /// <summary>Blocks came to exist at a peer.</summary>
    /// <param name="index">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="rank">The peer's in the election for this segment.</param>
    /// <param name="now">The time.</param>
    public void Saw(int index, int count, ulong rank, TimeSpan now)
    {
        var before = SeenBlocks;
        Saw(index, count, now);
        if (SeenBlocks > before && rank < LowestFetcher) LowestFetcher = rank;
    }

    /// <summary>Blocks came to exist.</summary>
    public void Saw(int index, int count, TimeSpan now)
    {
        for (var i = index; i < Math.Min(_seen.Length, index + count); i++)
        {
            if (_seen[i]) continue;
            SeenBlocks++;
            _seen[i] = true;
            LastProgress = now;
        }
    }

    /// <summary>The origin has been asked for a block of it.</summary>
    public void Ask(TimeSpan now)
    {
        IsAskedHere = true;
        LastProgress = now;
    }

    /// <summary>A block of it came from the origin, verified or not: its leaf may not be known yet.</summary>
    public void Came(TimeSpan now) => LastProgress = now;

    /// <summary>A block of it was verified here.</summary>
    public void Got(int index, TimeSpan now)
    {
        IsFetchedHere |= !_seen[index];
        Saw(index, 1, now);
        LastProgress = LastGot = now;
    }

    /// <summary>Which of its blocks are this node's to fetch.</summary>
    public PartShare Share => _share ??= new PartShare(this);

    public BlockId Block(int index) => new(Segment.Id, (ushort)Part, (ushort)index);
}
