using System.Net;
using System.Net.Sockets;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>TCP and UDP of one address, or of one of IPv4 and one of IPv6, all on one port number. Owns the
/// sockets.</summary>
internal sealed class NodePorts : IAsyncDisposable
{
    /// <summary>How often a port that is free for the first address is tried for the second.</summary>
    private const int Attempts = 32;

    private NodePorts(params PortPair[] pairs) => Pairs = pairs;

    /// <summary>One of each address.</summary>
    public IReadOnlyList<PortPair> Pairs { get; }

    /// <exception cref="LinkException">The port is in use or an address not ours.</exception>
    public static async Task<NodePorts> BindAsync(IPEndPoint listen, IPAddress? listenIPv6)
    {
        for (var attempt = 1; ; attempt++)
        {
            var first = PortPair.Bind(listen);
            if (listenIPv6 is null) return new NodePorts(first);
            try
            {
                return new NodePorts(
                    first, PortPair.Bind(new IPEndPoint(listenIPv6, first.EndPoint.Port)));
            }
            catch (LinkException error) when (listen.Port == 0 && attempt < Attempts
                && error.InnerException is SocketException
                {
                    SocketErrorCode: SocketError.AddressAlreadyInUse,
                })
            {
                await first.DisposeAsync();
            }
            catch
            {
                await first.DisposeAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pair in Pairs) await pair.DisposeAsync();
    }
}
