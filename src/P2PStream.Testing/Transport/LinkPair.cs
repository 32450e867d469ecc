using System.Buffers;
using System.IO.Pipelines;
using P2PStream.Transport;

namespace P2PStream.Testing;

/// <summary>Both ends of a link. Owns them and the listener.</summary>
internal sealed class LinkPair(ILinkListener listener, ILink dialled, ILink accepted)
    : IAsyncDisposable
{
    public ILinkListener Listener => listener;

    public ILink Dialled => dialled;

    public ILink Accepted => accepted;

    public static async Task<LinkPair> ConnectAsync(
        TransportSubject subject, CancellationToken cancellationToken)
    {
        var listener = await subject.Listening.ListenAsync(subject.ListenAddress, cancellationToken)
            .ConfigureAwait(false);
        var (dialled, accepted) = await ConnectAsync(subject, listener, cancellationToken)
            .ConfigureAwait(false);
        return new LinkPair(listener, dialled, accepted);
    }

    public static async Task<(ILink Dialled, ILink Accepted)> ConnectAsync(
        TransportSubject subject, ILinkListener listener, CancellationToken cancellationToken)
    {
        var accepting = listener.AcceptAsync(cancellationToken).AsTask();
        var dialled = await subject.Dialling.ConnectAsync(listener.LocalAddress, cancellationToken)
            .ConfigureAwait(false);
        var accepted = await accepting.ConfigureAwait(false);
        Require.That(accepted is not null, "A listener that lives returns a link.");
        return (dialled, accepted!);
    }

    /// <summary>Bytes that differ from place to place.</summary>
    public static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        var state = (uint)seed * 2654435761u + 1;
        for (var i = 0; i < length; i++)
        {
            state = state * 1664525u + 1013904223u;
            bytes[i] = (byte)(state >> 24);
        }

        return bytes;
    }

    public static async Task SendAsync(
        PipeWriter output, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var flush = await output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        Require.That(!flush.IsCompleted, "A link whose other end lives takes bytes.");
    }

    /// <summary>Reads exactly <paramref name="count"/> bytes and consumes no more.</summary>
    public static async Task<byte[]> ReadAsync(
        PipeReader input, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.Length >= count)
            {
                var wanted = read.Buffer.Slice(0, count);
                var bytes = wanted.ToArray();
                input.AdvanceTo(wanted.End);
                return bytes;
            }

            Require.That(!read.IsCompleted, $"The link ended before {count} bytes had come.");
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Reads and drops until the link ends, cleanly or with an
    /// <see cref="IOException"/>.</summary>
    public static async Task<long> ReadToEndAsync(
        PipeReader input, CancellationToken cancellationToken)
    {
        long count = 0;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
                count += read.Buffer.Length;
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return count;
            }
        }
        catch (IOException)
        {
            return count;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await dialled.DisposeAsync().ConfigureAwait(false);
        await accepted.DisposeAsync().ConfigureAwait(false);
        await listener.DisposeAsync().ConfigureAwait(false);
    }
}
