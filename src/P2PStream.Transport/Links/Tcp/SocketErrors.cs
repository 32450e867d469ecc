using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>One line for people about a socket, or what followed on it, that failed.</summary>
internal static class SocketErrors
{
    /// <param name="target">Where it was.</param>
    /// <param name="error">What was thrown.</param>
    public static string Describe(IPEndPoint target, Exception error) =>
        Describe(target.ToString(), target.Address.ToString(), target.Port, "set-up", error);

    /// <param name="target">Where it was.</param>
    /// <param name="setup">What the remote fails when a connection that stands is no link.</param>
    /// <param name="error">What was thrown.</param>
    public static string Describe(HostPort target, string setup, Exception error) =>
        Describe(target.ToString(), target.Host, target.Port, setup, error);

    private static string Describe(
        string target, string host, int port, string setup, Exception error) => error switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            $"{target} refuses the connection.",
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            $"Port {port} is in use at {host}.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"{host} is no address of this machine.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"This user may not use port {port}.",
        SocketException
        {
            SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain,
        } => $"The name {host} has no address.",
        SocketException socket => $"{target} cannot be reached ({socket.SocketErrorCode}).",
        AuthenticationException or IOException => $"{target} failed its {setup}.",
        _ => $"{target} cannot be reached ({error.GetType().Name}).",
    };
}
