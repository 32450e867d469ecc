using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>A part in a lane: where its blocks lie in the picker's ring.</summary>
internal sealed class LaneEntry(StoredSegment segment, int part, long first, TimeSpan now)
{
    private readonly bool[] _seen = new bool[segment.Parts[part].Blocks];

    /// <summary>By block: the number of the peer that was the first to show it; 0 for none.</summary>
    private readonly int[] _shownBy = new int[segment.Parts[part].Blocks];

    /// <summary>By block: why the last request for it ended without it, one more than its number; null until
    /// one did.</summary>
    private byte[]? _failures;

    private PartShare? _share;

    public StoredSegment Segment { get; } = segment;

    public int Part { get; } = part;

    /// <summary>The lane position of block 0.</summary>
    public long First { get; } = first;

    /// <summary>Since when it is wanted.</summary>
    public TimeSpan WantedAt { get; } = now;

    public bool Holds(SegmentId segment, int part) => Part == part && Segment.Id == segment;

    public int Blocks => Segment.Parts[Part].Blocks;

    /// <summary>How it stands with the origin.</summary>
    public OriginTurn Turn { get; } = new();

    /// <summary>When a block of it was last verified here, or when it came to be wanted.</summary>
    public TimeSpan LastGot { get; set; }

    /// <summary>How many of its blocks exist here or at a peer, as far as was heard.</summary>
    public int SeenBlocks { get; private set; }

    /// <summary>When a peer last showed a block of it that nobody had shown before.</summary>
    public TimeSpan LastShown { get; private set; } = TimeSpan.MinValue / 2;

    /// <summary>Blocks that givers which are scarce may be asked for.</summary>
    public List<int> Rationed { get; } = [];

    /// <summary>By block: true when the picker knows of it at givers that are shared.</summary>
    private bool[]? _dealt;

    public bool IsDealt(int block) => _dealt is { } dealt && dealt[block];

    public void Deal(int block) => (_dealt ??= new bool[_seen.Length])[block] = true;

    /// <summary>What givers have is to be told anew.</summary>
    public void Undeal() => _dealt = null;

    /// <summary>True when a block exists here or at a peer.</summary>
    public bool IsSeen(int index) => _seen[index];

    /// <summary>Who has what of it is about to be told anew.</summary>
    public void Unsee()
    {
        SeenBlocks = 0;
        Array.Clear(_seen);
        Array.Clear(_shownBy);
        Rationed.Clear();
        Turn.Restart();
    }

    /// <summary>A peer has blocks.</summary>
    /// <param name="index">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="peer">The peer's number; zero for this node.</param>
    /// <param name="now">The time.</param>
    public void Saw(int index, int count, int peer, TimeSpan now)
    {
        var before = SeenBlocks;
        for (var i = index; i < Math.Min(_seen.Length, index + count); i++)
        {
            if (_seen[i]) continue;
            SeenBlocks++;
            _seen[i] = true;
            _shownBy[i] = peer;
        }

        if (SeenBlocks == before || peer == 0) return;
        LastShown = now;
        Turn.Claim(now);
    }

    /// <summary>A block came from the origin; its leaf may not be known yet.</summary>
    public void Came(int index, TimeSpan now) => Turn.Deliver(!_seen[index], fetcher: null, now);

    /// <summary>A block of it was verified here.</summary>
    /// <param name="index">Which.</param>
    /// <param name="giver">The peer that gave it; null for another giver.</param>
    /// <param name="now">The time.</param>
    public void Got(int index, SwarmPeer? giver, TimeSpan now)
    {
        var isFetcher = giver is not null && _shownBy[index] == giver.Number;
        if (isFetcher) giver!.LastFetch = now;
        Turn.Deliver(!_seen[index] && giver is null,
            isFetcher ? OriginElection.Rank(giver!.Id, Segment.Id) : null, now);
        Saw(index, 1, peer: 0, now);
        LastGot = now;
    }

    /// <summary>Why the last request for a block ended without it; null when none did.</summary>
    public SupplyReason? Failure(int index) =>
        _failures is { } failures && failures[index] > 0
            ? (SupplyReason)(failures[index] - 1)
            : null;

    public void Fail(int index, SupplyReason reason) =>
        (_failures ??= new byte[_seen.Length])[index] = (byte)((int)reason + 1);

    /// <summary>Which of its blocks are this node's to fetch.</summary>
    public PartShare Share => _share ??= new PartShare(this);

    public BlockId Block(int index) => new(Segment.Id, (ushort)Part, (ushort)index);
}
