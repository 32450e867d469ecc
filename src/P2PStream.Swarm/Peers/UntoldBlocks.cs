using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Blocks that were verified here and that a peer has not been told of: many are told at once.</summary>
internal sealed class UntoldBlocks
{
    private readonly List<BlockId> _soon = [];
    private readonly List<BlockId> _later = [];
    private TimeSpan _pause;
    private TimeSpan _laterAt;
    private TimeSpan? _told;

    /// <summary>When to tell; null while there is nothing.</summary>
    public TimeSpan? NextTelling =>
        _soon.Count > 0 ? _told + _pause ?? TimeSpan.MinValue : _later.Count > 0 ? _laterAt : null;

    /// <summary>True when it may be told now, though it could wait: half of its pause is over. Who tells one
    /// peer tells those others, too, and so comes to tell all of them at one time.</summary>
    public bool MayTell(TimeSpan now) =>
        (_soon.Count > 0 && (_told is not { } told || told + _pause / 2 <= now))
        || (_later.Count > 0 && _laterAt <= now);

    /// <summary>Adds one.</summary>
    /// <param name="block">The block.</param>
    /// <param name="pause">From the telling before to that of this one, at least.</param>
    /// <param name="notBefore">For one that may wait.</param>
    public void Add(BlockId block, TimeSpan pause, TimeSpan? notBefore)
    {
        if (notBefore is { } later)
        {
            if (_later.Count == 0) _laterAt = later;
            _later.Add(block);
            return;
        }

        if (_soon.Count == 0 || pause < _pause) _pause = pause;
        _soon.Add(block);
    }

    /// <summary>Takes what is to be told now, in order.</summary>
    public void Take(TimeSpan now, List<BlockId> taken)
    {
        taken.AddRange(_soon);
        _soon.Clear();
        if (_later.Count > 0 && _laterAt <= now)
        {
            taken.AddRange(_later);
            _later.Clear();
        }

        _told = now;
        if (taken.Count > 1) taken.Sort(InOrder);
    }

    private static int InOrder(BlockId a, BlockId b)
    {
        var order = a.Segment.CompareTo(b.Segment);
        if (order == 0) order = a.Part.CompareTo(b.Part);
        return order == 0 ? a.Index.CompareTo(b.Index) : order;
    }
}
