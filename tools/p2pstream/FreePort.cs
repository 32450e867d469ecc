using System.Net;
using System.Net.Sockets;

namespace P2PStream.Tool;

/// <summary>Tells of an end point that cannot be listened on before the time is spent that leads to
/// its use.</summary>
internal static class FreePort
{
    /// <summary>Takes it and gives it back: who takes it in between is told of when it is used.</summary>
    public static void RefuseUnlessFree(IPEndPoint endPoint, string option)
    {
        try
        {
            using var socket =
                new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endPoint);
        }
        catch (SocketException exception)
            when (Failure.OfListening(exception, $"{option} {endPoint}") is { } refusal)
        {
            throw refusal;
        }
    }
}
