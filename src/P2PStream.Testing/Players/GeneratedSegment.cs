using System.IO.Pipelines;
using P2PStream.Protocol;

namespace P2PStream.Testing;

/// <summary>A segment that remembers whether it was read and disposed.</summary>
internal sealed class GeneratedSegment(SegmentRecord record, PieceStream stream) : MediaSegment
{
    private volatile bool _isDisposed;

    public override SegmentRecord Record { get; } = record;

    public override PipeReader Bytes { get; } = PipeReader.Create(stream);

    public bool IsReadToEnd => stream.IsAtEnd;

    public bool IsDisposed => _isDisposed;

    public override ValueTask DisposeAsync()
    {
        _isDisposed = true;
        return Bytes.CompleteAsync();
    }
}
