using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// A segment on its way to one reader: verified blocks come in as leases, in order, and go out
/// through a pipe as fast as the reader takes them.
/// </summary>
internal sealed class SegmentFeed : MediaSegment
{
    private const string NotAvailable = "is not available";

    private readonly Channel<Lease> _blocks = Channel.CreateUnbounded<Lease>(
        new UnboundedChannelOptions());
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024,
        minimumSegmentSize: ContentLimits.BlockBytes, useSynchronizationContext: false));
    private readonly Action _closed;
    private readonly Task _copying;

    public SegmentFeed(SegmentRecord record, Action closed)
    {
        Record = record;
        _closed = closed;
        _copying = CopyAsync();
    }

    public override SegmentRecord Record { get; }

    public override PipeReader Bytes => _pipe.Reader;

    /// <summary>Takes over the lease.</summary>
    /// <returns>False when nobody reads any more: the lease stays the caller's.</returns>
    public bool Add(Lease lease) => _blocks.Writer.TryWrite(lease);

    public void Complete() => _blocks.Writer.TryComplete();

    /// <summary>The segment will not come.</summary>
    public void Fail(string reason = NotAvailable) =>
        _blocks.Writer.TryComplete(Unavailable(reason));

    /// <summary>The stream has ended: what waits is given back at once, however slow the reader; what
    /// it has been given it may still read.</summary>
    public void Abandon()
    {
        Fail();
        while (_blocks.Reader.TryRead(out var lease)) lease.Release();
    }

    public override async ValueTask DisposeAsync()
    {
        _blocks.Writer.TryComplete();
        await _pipe.Reader.CompleteAsync();
        await _copying;
        _closed();
    }

    private IOException Unavailable(string reason = NotAvailable) =>
        new($"Segment {Record.Id.Sequence} of track {Record.Id.Track} {reason}.");

    private async Task CopyAsync()
    {
        var isRead = true;
        long copied = 0;
        try
        {
            await foreach (var lease in _blocks.Reader.ReadAllAsync())
            {
                if (isRead)
                {
                    _pipe.Writer.Write(lease.Memory.Span);
                    copied += lease.Length;
                    lease.Release();
                    isRead = !(await _pipe.Writer.FlushAsync()).IsCompleted;
                }
                else lease.Release();
            }

            // Of a whole segment that was abandoned some blocks were taken back.
            await _pipe.Writer.CompleteAsync(
                copied == Record.Length ? null : Unavailable());
        }
        catch (IOException error)
        {
            await _pipe.Writer.CompleteAsync(error);
        }
        finally
        {
            while (_blocks.Reader.TryRead(out var lease)) lease.Release();
        }
    }
}
