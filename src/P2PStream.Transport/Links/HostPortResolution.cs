using System.Net;
using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>Looks up what a <see cref="HostPort"/> names.</summary>
public static class HostPortResolution
{
    /// <summary>Looks the host up; an IP address is answered at once, without the
    /// network.</summary>
    /// <param name="target">What was written.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>At least one end point, in the resolver's order.</returns>
    /// <exception cref="SocketException">The name has no address.</exception>
    public static async ValueTask<IReadOnlyList<IPEndPoint>> ResolveAsync(
        this HostPort target, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(target.Host, out var address))
            return [new IPEndPoint(TcpPath.Plain(address), target.Port)];
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellationToken)
            .ConfigureAwait(false);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        return Array.ConvertAll(
            addresses, found => new IPEndPoint(TcpPath.Plain(found), target.Port));
    }
}
