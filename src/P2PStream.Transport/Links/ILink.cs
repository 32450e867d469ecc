using System.Buffers;
using System.IO.Pipelines;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// An ordered, reliable byte stream to one other node. One reader and one writer at a time;
/// disposing ends both directions at once and may be called more than once.
/// </summary>
/// <remarks>Completing <see cref="IDuplexPipe.Output"/> with CompleteAsync tells the other end,
/// after all that was flushed, that nothing follows. The default implementations of
/// <see cref="ReadPayloadAsync"/> and <see cref="WriteAsync"/> copy through the pipes; a fast link
/// overrides both. What a link throws because it failed is an <see cref="IOException"/>.</remarks>
public interface ILink : IDuplexPipe, IAsyncDisposable
{
    /// <summary>What the link knows of its ends.</summary>
    LinkInfo Info { get; }

    /// <summary>Reads exactly <paramref name="destination"/>'s length of bytes straight into place,
    /// after those that <see cref="IDuplexPipe.Input"/> has consumed.</summary>
    /// <exception cref="EndOfStreamException">The link ended before.</exception>
    async ValueTask ReadPayloadAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (destination.Length > 0)
        {
            var read = await Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var take = (int)Math.Min(read.Buffer.Length, destination.Length);
            var taken = read.Buffer.Slice(0, take);
            taken.CopyTo(destination.Span);
            Input.AdvanceTo(taken.End);
            destination = destination[take..];
            if (destination.Length == 0) return;
            if (read.IsCompleted) throw new EndOfStreamException("The link ended within a block.");
            if (read.IsCanceled) throw new OperationCanceledException("The link was disposed.");
        }
    }

    /// <summary>Writes what a batch holds, control bytes and payloads in order, and flushes
    /// once.</summary>
    async ValueTask WriteAsync(TransmitBatch batch, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batch.SegmentCount; i++) Output.Write(batch.GetSegment(i).Span);
        var flush = await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (flush.IsCompleted)
            throw new EndOfStreamException("The link's other end reads no more.");
    }
}
