using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace P2PStream.Transport;

/// <summary>A host and a port as people write them: <c>name:port</c>, <c>203.0.113.7:port</c> or
/// <c>[2001:db8::7]:port</c>.</summary>
/// <param name="Host">A DNS name or an IP address, without brackets.</param>
/// <param name="Port">0 to 65535; 0 where a free one is asked for.</param>
public readonly record struct HostPort(string Host, int Port)
{
    /// <summary>Characters of a DNS name, at most (RFC 1035 section 2.3.4).</summary>
    private const int MaxHostLength = 253;

    /// <summary>Reads the text form; an IPv6 address must stand in brackets.</summary>
    /// <param name="text">Such as <c>localhost:6881</c>.</param>
    /// <param name="value">What it says.</param>
    /// <returns>False when the text is no host and port.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out HostPort value)
    {
        value = default;
        var colon = text.LastIndexOf(':');
        if (colon <= 0) return false;
        var digits = text[(colon + 1)..];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
            return false;
        var host = text[..colon];
        if (host[0] == '[')
        {
            if (host.Length < 3 || host[^1] != ']') return false;
            host = host[1..^1];
            if (!IPAddress.TryParse(host, out var v6)
                || v6.AddressFamily != AddressFamily.InterNetworkV6)
                return false;
        }
        else if (host.Length > MaxHostLength || host.IndexOfAnyExcept(NameCharacters) >= 0)
        {
            return false;
        }

        value = new HostPort(host.ToString(), port);
        return true;
    }

    /// <summary>Looks the host up; an IP address is answered at once, without the
    /// network.</summary>
    /// <returns>At least one end point, in the resolver's order.</returns>
    /// <exception cref="SocketException">The name has no address.</exception>
    public async ValueTask<IReadOnlyList<IPEndPoint>> ResolveAsync(
        CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(Host, out var address))
            return [new IPEndPoint(TcpPath.Plain(address), Port)];
        var addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken)
            .ConfigureAwait(false);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        var port = Port;
        return Array.ConvertAll(addresses, found => new IPEndPoint(TcpPath.Plain(found), port));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static ReadOnlySpan<char> NameCharacters =>
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
}
