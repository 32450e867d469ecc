using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Blocks that were verified here and that a peer has not been told of: many are told at once.</summary>
internal sealed class UntoldBlocks
{
    private BlockList _soon;
    private BlockList _later;
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
        _soon.MoveTo(taken);
        if (_later.Count > 0 && _laterAt <= now) _later.MoveTo(taken);
        _told = now;
        if (taken.Count > 1) taken.Sort(InOrder);
    }

    private static int InOrder(BlockId a, BlockId b)
    {
        var order = a.Segment.CompareTo(b.Segment);
        if (order == 0) order = a.Part.CompareTo(b.Part);
        return order == 0 ? a.Index.CompareTo(b.Index) : order;
    }

    /// <summary>Its count lies with the peer: whether there is anything to tell is asked of all of them in every
    /// turn.</summary>
    private struct BlockList
    {
        private BlockId[]? _blocks;

        public int Count { get; private set; }

        public void Add(BlockId block)
        {
            if (_blocks is null || Count == _blocks.Length) Array.Resize(ref _blocks, Math.Max(4, 2 * Count));
            _blocks[Count++] = block;
        }

        public void MoveTo(List<BlockId> taken)
        {
            taken.AddRange(_blocks.AsSpan(0, Count));
            Count = 0;
        }
    }
}
