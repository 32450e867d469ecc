using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// What each end of a plaintext link says first, once: <c>P2PPLAIN</c>, a version byte, and its id.
/// The dialler speaks first; who listens answers only to a good one.
/// </summary>
internal static class PlainPreface
{
    /// <summary>Bytes of a preface.</summary>
    public const int Bytes = 8 + 1 + Hash256.Size;

    /// <summary>The one version that there is.</summary>
    public const byte Version = 1;

    /// <summary>Differs from every TLS record in its first byte.</summary>
    public static ReadOnlySpan<byte> Magic => "P2PPLAIN"u8;

    /// <summary>Writes a node's preface.</summary>
    public static byte[] Of(PeerId id)
    {
        var preface = new byte[Bytes];
        Magic.CopyTo(preface);
        preface[Magic.Length] = Version;
        id.Value.CopyTo(preface.AsSpan(Magic.Length + 1));
        return preface;
    }

    /// <summary>Reads exactly a preface: what follows it is the link's.</summary>
    /// <param name="socket">From where.</param>
    /// <param name="local">This node, which is not linked to itself.</param>
    /// <param name="remote">The other end, for people.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LinkException">What came is none that will do; told as soon as it
    /// shows.</exception>
    public static async ValueTask<PeerId> ReadAsync(
        Socket socket, PeerId local, string remote, CancellationToken cancellationToken)
    {
        var preface = new byte[Bytes];
        for (var got = 0; got < Bytes;)
        {
            var count = await ReceiveAsync(socket, preface.AsMemory(got), cancellationToken)
                .ConfigureAwait(false);
            got += count;
            var known = Math.Min(got, Magic.Length);
            if (!Magic[..known].SequenceEqual(preface.AsSpan(0, known)))
                throw new LinkException(
                    $"{remote} does not speak {PlainTcpTransport.AddressTag}; TLS, perhaps.");
            if (got > Magic.Length && preface[Magic.Length] != Version)
                throw new LinkException($"{remote} speaks version {preface[Magic.Length]} of "
                    + $"{PlainTcpTransport.AddressTag}, and this node version {Version}.");
            if (count == 0)
                throw new LinkException(
                    $"{remote} closed the link before it said who it is; it may expect TLS.");
        }

        var id = new PeerId(new Hash256(preface.AsSpan(Magic.Length + 1)));
        if (id == local) throw new LinkException($"{remote} is this node itself.");
        if (id.Value.IsZero) throw new LinkException($"{remote} does not say who it is.");
        return id;
    }

    /// <summary>A reset is an end like another: a listener that wants TLS closes with our bytes
    /// unread.</summary>
    private static async ValueTask<int> ReceiveAsync(
        Socket socket, Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(into, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }
}
