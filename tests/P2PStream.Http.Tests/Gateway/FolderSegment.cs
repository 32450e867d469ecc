using System.IO.Pipelines;
using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

/// <summary>A segment that arrives block by block, or not at all.</summary>
internal sealed class FolderSegment : MediaSegment
{
    private readonly Pipe _pipe = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Task _writing;

    public FolderSegment(SegmentRecord record, byte[]? bytes)
    {
        Record = record;
        _writing = WriteAsync(bytes);
    }

    public override SegmentRecord Record { get; }

    public override PipeReader Bytes => _pipe.Reader;

    public override async ValueTask DisposeAsync()
    {
        await _pipe.Reader.CompleteAsync();
        await _writing;
    }

    private async Task WriteAsync(byte[]? bytes)
    {
        if (bytes is null)
        {
            await _pipe.Writer.CompleteAsync(new IOException("The segment is not available."));
            return;
        }

        for (var at = 0; at < bytes.Length; at += ContentLimits.BlockBytes)
        {
            var block = bytes.AsMemory(at, Math.Min(ContentLimits.BlockBytes, bytes.Length - at));
            if ((await _pipe.Writer.WriteAsync(block)).IsCompleted) break;
        }

        await _pipe.Writer.CompleteAsync();
    }
}
