using System.Buffers;
using System.IO.Pipelines;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Testing;

/// <summary>Bytes over a link, and its end.</summary>
internal static class TransportByteCases
{
    /// <summary>More than any link holds unread.</summary>
    private const int BackPressureBytes = 64 * 1024 * 1024;

    private const int BackPressureChunk = 256 * 1024;

    /// <summary>A flush that takes this long is held back by the other end, which reads
    /// nothing.</summary>
    private static readonly TimeSpan HeldBack = TimeSpan.FromMilliseconds(300);

    public static IEnumerable<(string Name, Func<LinkPair, CancellationToken, Task> Run)> All =>
    [
        ("bytes arrive in order both ways", InOrderAsync),
        ("a writer waits for a reader that does not read", BackPressureAsync),
        ("payloads are read into place at odd offsets", PayloadOffsetsAsync),
        ("a batch is written in order", BatchAsync),
        ("completing the output ends the other end's input after all bytes", CompletedOutputAsync),
        ("disposing an end is seen by the other", DisposedEndAsync),
        ("a link that ends within a payload says so", EndWithinPayloadAsync),
        ("disposing wakes its own pending read", DisposeWakesReadAsync),
        ("disposing twice does no harm", DisposeTwiceAsync),
    ];

    private static async Task InOrderAsync(LinkPair links, CancellationToken cancellationToken)
    {
        int[] sizes = [1, 7, 1000, 70_000, 3, 300_000];
        async Task OneWayAsync(PipeWriter output, PipeReader input, int seed)
        {
            var sent = LinkPair.Pattern(sizes.Sum(), seed);
            var reading = LinkPair.ReadAsync(input, sent.Length, cancellationToken);
            var from = 0;
            foreach (var size in sizes)
            {
                await LinkPair.SendAsync(output, sent.AsMemory(from, size), cancellationToken)
                    .ConfigureAwait(false);
                from += size;
            }

            var read = await reading.ConfigureAwait(false);
            Same(sent, read, "Bytes arrive unchanged and in order.");
        }

        await Task.WhenAll(
            OneWayAsync(links.Dialled.Output, links.Accepted.Input, 1),
            OneWayAsync(links.Accepted.Output, links.Dialled.Input, 2)).ConfigureAwait(false);
    }

    private static async Task BackPressureAsync(LinkPair links, CancellationToken cancellationToken)
    {
        var chunk = LinkPair.Pattern(BackPressureChunk, 3);
        long sent = 0;
        Task<FlushResult> flushing;
        while (true)
        {
            flushing = links.Dialled.Output.WriteAsync(chunk, cancellationToken).AsTask();
            sent += chunk.Length;
            if (await Task.WhenAny(flushing, Task.Delay(HeldBack, cancellationToken))
                .ConfigureAwait(false) != flushing)
                break;
            Require.That(sent < BackPressureBytes,
                "A writer waits for a reader that does not read.");
        }

        for (long received = 0; received < sent; received += chunk.Length)
        {
            var read = await LinkPair
                .ReadAsync(links.Accepted.Input, chunk.Length, cancellationToken)
                .ConfigureAwait(false);
            Same(chunk, read, "Bytes that waited arrive unchanged and in order.");
        }

        await flushing.ConfigureAwait(false);
    }

    private static async Task PayloadOffsetsAsync(
        LinkPair links, CancellationToken cancellationToken)
    {
        int[] offsets = [0, 1, 7, 34, 4095, 4096, 4097, 16_383, 40_000];
        var sent = LinkPair.Pattern(
            offsets.Sum() + offsets.Length * ContentLimits.BlockBytes, 4);
        var sending = LinkPair.SendAsync(links.Dialled.Output, sent, cancellationToken);
        var place = new byte[ContentLimits.BlockBytes];
        var from = 0;
        foreach (var offset in offsets)
        {
            if (offset > 0)
            {
                var before = await LinkPair
                    .ReadAsync(links.Accepted.Input, offset, cancellationToken)
                    .ConfigureAwait(false);
                Same(sent.AsSpan(from, offset), before,
                    "What precedes a payload is read from the pipe.");
            }

            await links.Accepted.ReadPayloadAsync(place, cancellationToken).ConfigureAwait(false);
            Same(sent.AsSpan(from + offset, place.Length), place, "A payload lands in its place.");
            from += offset + place.Length;
        }

        await sending.ConfigureAwait(false);
    }

    private static async Task BatchAsync(LinkPair links, CancellationToken cancellationToken)
    {
        int[] payloads = [ContentLimits.BlockBytes, 1, 5000, ContentLimits.BlockBytes];
        var pool = new BlockPool(payloads.Length);
        var batch = new TransmitBatch();
        var expected = new ArrayBufferWriter<byte>();
        for (var i = 0; i < payloads.Length; i++)
        {
            var control = LinkPair.Pattern(10 + i, 50 + i);
            batch.Write(control);
            expected.Write(control);
            Require.That(pool.TryRent(payloads[i], out var lease), "The pool has room.");
            LinkPair.Pattern(payloads[i], 60 + i).CopyTo(lease!.Memory);
            expected.Write(lease.Memory.Span);
            batch.AddPayload(lease);
        }

        batch.Write("end"u8);
        expected.Write("end"u8);
        BuffersExtensions.Write(links.Dialled.Output, "before"u8);
        var reading = LinkPair.ReadAsync(
            links.Accepted.Input, "before".Length + expected.WrittenCount, cancellationToken);
        await links.Dialled.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        batch.Clear();
        var read = await reading.ConfigureAwait(false);
        Same("before"u8, read.AsSpan(0, 6), "What the output holds goes before a batch.");
        Same(expected.WrittenSpan, read.AsSpan(6), "A batch arrives unchanged and in order.");
        Require.That(pool.Rented == 0, "A link keeps no reference to a batch's payloads.");
    }

    private static async Task CompletedOutputAsync(
        LinkPair links, CancellationToken cancellationToken)
    {
        var sent = LinkPair.Pattern(40_000, 5);
        var reading = LinkPair.ReadAsync(links.Accepted.Input, sent.Length, cancellationToken);
        await LinkPair.SendAsync(links.Dialled.Output, sent, cancellationToken)
            .ConfigureAwait(false);
        await links.Dialled.Output.CompleteAsync().ConfigureAwait(false);
        var read = await reading.ConfigureAwait(false);
        Same(sent, read, "All bytes arrive before the end.");
        var rest = await LinkPair.ReadToEndAsync(links.Accepted.Input, cancellationToken)
            .ConfigureAwait(false);
        Require.That(rest == 0, "Nothing follows the last byte.");
    }

    private static async Task DisposedEndAsync(LinkPair links, CancellationToken cancellationToken)
    {
        var ending = LinkPair.ReadToEndAsync(links.Accepted.Input, cancellationToken);
        await links.Dialled.DisposeAsync().ConfigureAwait(false);
        await ending.ConfigureAwait(false);
        try
        {
            // The first write after the other end has gone may still be taken: the network tells
            // later.
            var chunk = new byte[BackPressureChunk];
            for (long sent = 0; sent < BackPressureBytes; sent += chunk.Length)
            {
                var flush = await links.Accepted.Output.WriteAsync(chunk, cancellationToken)
                    .ConfigureAwait(false);
                if (flush.IsCompleted) return;
            }
        }
        catch (IOException)
        {
            return;
        }

        throw new ContractException("Writing to an end that was disposed ends.");
    }

    private static async Task EndWithinPayloadAsync(
        LinkPair links, CancellationToken cancellationToken)
    {
        var place = new byte[ContentLimits.BlockBytes];
        var reading = links.Accepted.ReadPayloadAsync(place, cancellationToken).AsTask();
        await LinkPair.SendAsync(links.Dialled.Output, new byte[1000], cancellationToken)
            .ConfigureAwait(false);
        await links.Dialled.DisposeAsync().ConfigureAwait(false);
        await Require.ThrowsAsync<IOException>(
            () => reading, "A link that ends within a payload throws EndOfStreamException.")
            .ConfigureAwait(false);
    }

    private static async Task DisposeWakesReadAsync(
        LinkPair links, CancellationToken cancellationToken)
    {
        var reading = links.Accepted.Input.ReadAsync(cancellationToken).AsTask();
        await links.Accepted.DisposeAsync().ConfigureAwait(false);
        try
        {
            var read = await reading.ConfigureAwait(false);
            Require.That(read.IsCanceled || read.IsCompleted,
                "A read that its own link's end wakes is cancelled or complete.");
        }
        catch (Exception error) when (
            error is IOException or ObjectDisposedException or OperationCanceledException
                or InvalidOperationException)
        {
            // As good: whoever disposes a link that he reads knows why.
        }
    }

    private static async Task DisposeTwiceAsync(LinkPair links, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await links.Dialled.DisposeAsync().ConfigureAwait(false);
        await links.Dialled.DisposeAsync().ConfigureAwait(false);
        await links.Accepted.DisposeAsync().ConfigureAwait(false);
        await links.Accepted.DisposeAsync().ConfigureAwait(false);
    }

    private static void Same(
        ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string promise) =>
        Require.That(expected.SequenceEqual(actual), promise);
}
