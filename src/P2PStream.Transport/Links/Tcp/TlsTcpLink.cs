using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>A link over TCP and TLS. Owns the socket.</summary>
internal sealed class TlsTcpLink : ILink
{
    /// <summary>Bytes that lie unsent in the kernel, at most: what is there can no longer be
    /// overtaken by a more urgent block.</summary>
    private const int UnsentBytes = 64 * 1024;

    /// <summary>Two blocks.</summary>
    private const int WriterSegmentBytes = 32 * 1024;

    private const int LinuxTcpLevel = 6;
    private const int LinuxTcpNotSentLowWater = 25;

    private readonly Socket _socket;
    private readonly SslStream _tls;
    private readonly LinkReader _reader;
    private int _disposed;

    private TlsTcpLink(Socket socket, SslStream tls, LinkInfo info)
    {
        _socket = socket;
        _tls = tls;
        _reader = new LinkReader(tls);
        Output = PipeWriter.Create(new SendSide(tls, socket),
            new StreamPipeWriterOptions(minimumBufferSize: WriterSegmentBytes));
        Info = info;
    }

    public LinkInfo Info { get; }

    public PipeReader Input => _reader;

    public PipeWriter Output { get; }

    /// <summary>Runs the handshake; owns the socket from here on, also when it fails.</summary>
    /// <param name="socket">Connected.</param>
    /// <param name="address">What was dialled; null for an accepted socket.</param>
    /// <param name="identity">This end's.</param>
    /// <param name="options">The clock and the versions.</param>
    /// <param name="started">When setting up began, by the options' clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<TlsTcpLink> AuthenticateAsync(
        Socket socket, TransportAddress? address, LinkIdentity identity, TlsTcpOptions options,
        long started, CancellationToken cancellationToken)
    {
        SslStream? tls = null;
        try
        {
            Tune(socket);
            tls = new SslStream(new CoalescingStream(new NetworkStream(socket, ownsSocket: true)));
            if (address is null)
                await tls.AuthenticateAsServerAsync(
                    TlsPolicy.Server(identity, options.Protocols), cancellationToken)
                    .ConfigureAwait(false);
            else
                await tls.AuthenticateAsClientAsync(
                    TlsPolicy.Client(identity, options.Protocols), cancellationToken)
                    .ConfigureAwait(false);
            var local = (IPEndPoint)socket.LocalEndPoint!;
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            return new TlsTcpLink(socket, tls, new LinkInfo(
                LinkIdentity.IdOf(TlsPolicy.RemoteOf(tls)),
                address ?? TcpPath.Address(remote),
                TcpPath.Classify(local.Address, remote.Address),
                IsInitiator: address is not null,
                options.Time.GetElapsedTime(started)));
        }
        catch
        {
            socket.Dispose();
            if (tls is not null) await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask ReadPayloadAsync(
        Memory<byte> destination, CancellationToken cancellationToken) =>
        _reader.ReadPayloadAsync(destination, cancellationToken);

    public async ValueTask WriteAsync(TransmitBatch batch, CancellationToken cancellationToken)
    {
        if (Output.UnflushedBytes > 0)
            await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < batch.SegmentCount; i++)
            await _tls.WriteAsync(batch.GetSegment(i), cancellationToken).ConfigureAwait(false);
        await _tls.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        try
        {
            // Wakes whoever still reads or writes.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other end was faster.
        }

        await _tls.DisposeAsync().ConfigureAwait(false);
    }

    private static void Tune(Socket socket)
    {
        socket.NoDelay = true;
        if (!OperatingSystem.IsLinux()) return;
        var unsent = UnsentBytes;
        socket.SetRawSocketOption(LinuxTcpLevel, LinuxTcpNotSentLowWater,
            MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in unsent)));
    }
}
