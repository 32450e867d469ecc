using System.Net;

namespace P2PStream.Discovery.Tests;

/// <summary>Addresses for tests.</summary>
internal static class Hosts
{
    /// <summary>A public address in a /24 of its own.</summary>
    public static DhtEndPoint Public(int number, int port = 6881) =>
        DhtEndPoint.From(new IPEndPoint(
            new IPAddress(
                [(byte)(20 + number / 62_500), (byte)(number / 250 % 250), (byte)(number % 250), 9]),
            port));

    /// <summary>A private address in a /24 of its own.</summary>
    public static DhtEndPoint Private(int number, int port = 6881) =>
        At($"10.{number / 250}.{number % 250}.9", port);

    public static DhtEndPoint Loopback(int port) =>
        DhtEndPoint.From(new IPEndPoint(IPAddress.Loopback, port));

    public static DhtEndPoint At(string address, int port = 6881) =>
        DhtEndPoint.From(new IPEndPoint(IPAddress.Parse(address), port));
}
