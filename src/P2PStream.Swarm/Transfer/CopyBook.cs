using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>How many copies of each block this node has given away, or is about to.</summary>
internal sealed class CopyBook
{
    /// <summary>Parts that are remembered, those last asked for first: a byte a block.</summary>
    private const int MostParts = 1024;

    private readonly Dictionary<(SegmentId Segment, ushort Part), byte[]> _parts = [];
    private readonly Queue<(SegmentId Segment, ushort Part)> _order = new();

    /// <summary>The copies of a part's blocks, which go on being counted there.</summary>
    public byte[] Of(BlockId block, int blocksInPart)
    {
        var part = (block.Segment, block.Part);
        if (_parts.TryGetValue(part, out var copies)) return copies;
        if (_order.Count >= MostParts) _parts.Remove(_order.Dequeue());
        _order.Enqueue(part);
        _parts.Add(part, copies = new byte[blocksInPart]);
        return copies;
    }

    /// <summary>A copy is about to go out.</summary>
    public void Add(BlockId block)
    {
        if (Find(block) is { } copies && copies[block.Index] < byte.MaxValue) copies[block.Index]++;
    }

    /// <summary>A copy has not gone out after all.</summary>
    public void Remove(BlockId block)
    {
        if (Find(block) is { } copies && copies[block.Index] > 0) copies[block.Index]--;
    }

    private byte[]? Find(BlockId block) => _parts.GetValueOrDefault((block.Segment, block.Part));
}
