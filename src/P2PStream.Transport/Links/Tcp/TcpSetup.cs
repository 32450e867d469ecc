using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace P2PStream.Transport;

/// <summary>Makes a link of a connected socket. What kinds of TCP links differ in.</summary>
internal abstract class TcpSetup
{
    /// <summary>Bytes that lie unsent in the kernel, at most: what is there can no longer be
    /// overtaken by a more urgent block.</summary>
    private const int UnsentBytes = 64 * 1024;

    private const int LinuxTcpLevel = 6;
    private const int LinuxTcpNotSentLowWater = 25;

    /// <summary>The tag of the addresses.</summary>
    public abstract string Tag { get; }

    /// <summary>What a remote fails that is connected and makes no link, for people.</summary>
    public abstract string Name { get; }

    /// <summary>Runs the handshake; owns the socket from here on, also when it fails.</summary>
    public async ValueTask<TcpLink> RunAsync(TcpStart start, CancellationToken cancellationToken)
    {
        try
        {
            Tune(start.Socket);
            return await HandshakeAsync(start, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            start.Socket.Dispose();
            throw;
        }
    }

    /// <summary>Finds out who is at the other end; disposes what it makes when it fails, the socket
    /// excepted.</summary>
    protected abstract ValueTask<TcpLink> HandshakeAsync(
        TcpStart start, CancellationToken cancellationToken);

    private static void Tune(Socket socket)
    {
        socket.NoDelay = true;
        if (!OperatingSystem.IsLinux()) return;
        var unsent = UnsentBytes;
        socket.SetRawSocketOption(LinuxTcpLevel, LinuxTcpNotSentLowWater,
            MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in unsent)));
    }
}
