using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// One played track's window as the picker sees it: parts in the order they were appended. Maps
/// positions to blocks and back; decides nothing.
/// </summary>
internal sealed class TrackLane(TrackDescription track, int lane, int capacity)
{
    /// <summary>A player with a full buffer reads nothing for so long, at most.</summary>
    private static readonly TimeSpan FollowedFor = TimeSpan.FromSeconds(15);

    /// <summary>Pieces of a plain file are wanted this far apart, in the order in which they are read. A reader
    /// comes to the next one later than that (at 200 MB/s), so what is asked for later is due later as well:
    /// uploaders do not let it overtake.</summary>
    private static readonly TimeSpan PiecePace = TimeSpan.FromMilliseconds(5);

    /// <summary>Where there is an origin, a piece is due so long after its reader came to it: an earlier
    /// deadline would make every source look late, and the dear one as good as the free one. Elsewhere
    /// it is due at once, since what is due later is due later yet by as much as a request takes on its
    /// way, and quicker ones would overtake it (100 ms behind 40 Mbit/s).</summary>
    private static readonly TimeSpan OriginBudget = TimeSpan.FromSeconds(1);

    private const ulong MostPieces = 1 << 24;

    private readonly List<LaneEntry> _entries = [];

    /// <summary>Where the entry last asked for was: as a rule it is asked for again.</summary>
    private int _found;

    public TrackDescription Track { get; set; } = track;

    /// <summary>Its number in the picker.</summary>
    public int Lane { get; private set; } = lane;

    /// <summary>Blocks in its ring.</summary>
    public int Capacity { get; private set; } = capacity;

    /// <summary>When a reader last asked for something in it.</summary>
    public TimeSpan LastRead { get; set; }

    /// <summary>True while a reader is being given one of its segments.</summary>
    public bool IsRead
    {
        get
        {
            foreach (var entry in _entries)
                if (entry.Segment.Readers > 0) return true;
            return false;
        }
    }

    /// <summary>True while it is read, or was a moment ago: other tracks wait for it.</summary>
    public bool IsFollowed(TimeSpan now) => now - LastRead < FollowedFor || IsRead;

    public List<LaneEntry> Entries => _entries;

    /// <summary>The sequence that the reader is at: what lies before it is no longer wanted.</summary>
    public ulong Cursor { get; private set; }

    /// <summary>When it came there.</summary>
    public TimeSpan CursorSince { get; private set; }

    /// <summary>The sequence to append next.</summary>
    public ulong Next { get; set; }

    public long Bytes
    {
        get
        {
            long total = 0;
            foreach (var entry in _entries) total += entry.Segment.Parts[entry.Part].Digest.Length;
            return total;
        }
    }

    /// <summary>The reader is at another segment.</summary>
    public void MoveTo(ulong sequence, TimeSpan now) => (Cursor, CursorSince) = (sequence, now);

    /// <summary>True for a piece of a plain file, which has no place on a time line: its deadline follows
    /// the reader.</summary>
    public bool HoldsPiece(SegmentRecord record) =>
        Track.Kind != TrackKind.Initialization && record.PlaysForNoTime();

    public TimeSpan PieceDeadline(SegmentRecord record) =>
        CursorSince + (record.OriginUri.Length > 0 ? OriginBudget : TimeSpan.Zero)
            + PiecePace * Math.Min(
                record.Id.Sequence - Math.Min(Cursor, record.Id.Sequence), MostPieces);

    public void Add(LaneEntry entry) => _entries.Add(entry);

    public void RemoveAt(int index) => _entries.RemoveAt(index);

    public void Clear() => _entries.Clear();

    /// <summary>Stands for another lane of the picker's, which is still empty.</summary>
    public void Move(int lane, int capacity)
    {
        (Lane, Capacity) = (lane, capacity);
        _entries.Clear();
    }

    /// <summary>The entry that holds a position.</summary>
    public LaneEntry? At(long position)
    {
        int low = 0, high = _entries.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var entry = _entries[middle];
            if (position < entry.First) high = middle - 1;
            else if (position >= entry.First + entry.Blocks) low = middle + 1;
            else return entry;
        }

        return null;
    }

    public LaneEntry? Find(SegmentId segment, int part)
    {
        if (_found < _entries.Count && _entries[_found].Holds(segment, part)) return _entries[_found];
        for (var i = 0; i < _entries.Count; i++)
            if (_entries[i].Holds(segment, part)) return _entries[_found = i];
        return null;
    }
}
