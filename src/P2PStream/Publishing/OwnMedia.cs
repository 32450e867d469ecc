using System.Collections.Concurrent;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Reads blocks of what this node publishes, from its source.</summary>
internal sealed class OwnMedia
{
    private readonly ConcurrentDictionary<SegmentId, (SegmentRecord Record, SourceSegment Source)>
        _segments = new();

    public void Add(SegmentRecord record, SourceSegment source) =>
        _segments[record.Id] = (record, source);

    /// <summary>Reads a block.</summary>
    /// <returns>False when there is none, or the source is now shorter than it was.</returns>
    public async ValueTask<bool> ReadAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (!_segments.TryGetValue(block.Segment, out var segment)) return false;
        long offset = (long)block.Index * ContentLimits.BlockBytes;
        for (var part = 0; part < block.Part; part++) offset += segment.Record.Parts[part].Length;
        await using var stream = await segment.Source.Open(cancellationToken);
        stream.Seek(offset, SeekOrigin.Begin);
        return await stream.ReadAtLeastAsync(
            destination, destination.Length, throwOnEndOfStream: false, cancellationToken)
            == destination.Length;
    }
}
