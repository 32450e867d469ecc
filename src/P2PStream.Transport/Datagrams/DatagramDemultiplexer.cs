using System.Buffers.Binary;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace P2PStream.Transport;

/// <summary>
/// Shares one datagram socket between the protocols that <see cref="DatagramKind"/> names, by the
/// first byte of what arrives. Owns the socket and receives from it until it is disposed.
/// </summary>
/// <remarks>A slow protocol loses its own datagrams and nobody else's: each has a queue of
/// <see cref="QueueLength"/>.</remarks>
public sealed class DatagramDemultiplexer : IAsyncDisposable
{
    /// <summary>Datagrams waiting for one protocol, at most; the next are dropped and
    /// counted.</summary>
    public const int QueueLength = 256;

    /// <summary>Bytes of a datagram, at most: all of the protocols stay below an Ethernet frame.
    /// Longer ones are dropped.</summary>
    public const int MaxDatagramBytes = 2048;

    /// <summary>STUN's magic cookie, at byte 4 (RFC 8489 section 5).</summary>
    private const uint StunCookie = 0x2112A442;

    private const int StunHeaderBytes = 20;

    private readonly IDatagramSocket _socket;
    private readonly DatagramView[] _views;
    private readonly DatagramReceiver _receiver;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiving;
    private long _unknown;
    private int _disposed;

    /// <summary>Starts receiving.</summary>
    /// <param name="socket">Owned from here on; nobody else receives from it.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="log">Is told, in one line each, when receiving fails for longer and when it has
    /// ended; null for nobody.</param>
    public DatagramDemultiplexer(
        IDatagramSocket socket, TimeProvider? time = null, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        // One byte more than the limit shows what is beyond it.
        _receiver = new DatagramReceiver(socket, MaxDatagramBytes + 1, time ?? TimeProvider.System,
            log ?? NullLogger.Instance);
        _views = [.. Enum.GetValues<DatagramKind>().Select(_ => new DatagramView(socket))];
        _receiving = ReceiveAllAsync();
    }

    /// <summary>Datagrams of no known kind, or too long, so far.</summary>
    public long UnknownDropped => Interlocked.Read(ref _unknown);

    /// <summary>The socket as one protocol sees it. The same one at every call; disposing it, or
    /// not asking for it, leaves the others as they are.</summary>
    public IDatagramSocket View(DatagramKind kind) => _views[(int)kind].Opened();

    /// <summary>Datagrams of a kind that were dropped because its queue was full or nobody had
    /// asked for its view, so far.</summary>
    public long Dropped(DatagramKind kind) => _views[(int)kind].Dropped;

    /// <summary>Tells a datagram's protocol.</summary>
    /// <remarks>
    /// RFC 7983 gives 0 to 3 to STUN and 20 to 63 to DTLS; bencoded dictionaries start with
    /// <c>d</c>. µTP's first byte is its type, 0 to 4, and its version, 1, in four bits each, which
    /// falls among them:
    /// <list type="bullet">
    /// <item>0x01 is STUN if the magic cookie is there, else µTP;</item>
    /// <item>0x11 and 0x41 are in nobody's range that we speak;</item>
    /// <item>0x21 and 0x31 would be DTLS 1.3 with an 8-bit sequence number, no length and the keys
    /// of early data (RFC 9147 section 4), which a node must not send here; so they are µTP.</item>
    /// </list>
    /// </remarks>
    /// <returns>Null when it is none of them.</returns>
    public static DatagramKind? Classify(ReadOnlySpan<byte> datagram)
    {
        if (datagram.IsEmpty) return null;
        return datagram[0] switch
        {
            (byte)'d' => DatagramKind.Dht,
            0x01 => IsStun(datagram) ? DatagramKind.Stun : DatagramKind.Utp,
            0x11 or 0x21 or 0x31 or 0x41 => DatagramKind.Utp,
            <= 3 => DatagramKind.Stun,
            >= 20 and <= 63 => DatagramKind.Dtls,
            _ => null,
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _socket.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        foreach (var view in _views) await view.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static bool IsStun(ReadOnlySpan<byte> datagram) =>
        datagram.Length >= StunHeaderBytes
        && BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) == StunCookie;

    private async Task ReceiveAllAsync()
    {
        await _receiver.RunAsync(
            (buffer, datagram) =>
            {
                Take(buffer.AsSpan(0, datagram.Length), datagram.Remote);
                return false;
            }, _stop.Token).ConfigureAwait(false);
        // The end of the socket is the end of all views.
        foreach (var view in _views) await view.DisposeAsync().ConfigureAwait(false);
    }

    private void Take(ReadOnlySpan<byte> datagram, IPEndPoint from)
    {
        if (datagram.Length <= MaxDatagramBytes && Classify(datagram) is { } kind)
            _views[(int)kind].Offer(datagram, from);
        else
            Interlocked.Increment(ref _unknown);
    }
}
