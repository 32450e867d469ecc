using System.Net;
using System.Net.Sockets;

namespace P2PStream.Transport.Tests;

internal static class Loopback
{
    // Before Closed: static initialisers run in order.
    private static readonly List<Socket> Held = [];

    public static TransportAddress AnyPort => new(TlsTcpTransport.AddressTag, "127.0.0.1:0");

    public static TransportAddress AnyPlainPort => new(PlainTcpTransport.AddressTag, "127.0.0.1:0");

    /// <summary>Bound by a socket that never listens: nobody else gets it, and it
    /// refuses.</summary>
    public static TransportAddress Closed { get; } = HoldPort();

    private static TransportAddress HoldPort()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Held.Add(socket);
        return new TransportAddress(TlsTcpTransport.AddressTag, socket.LocalEndPoint!.ToString()!);
    }
}
