using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace P2PStream.Tool.Input;

/// <summary>HOST:PORT as users write it; IPv6 addresses stand in brackets.</summary>
internal readonly record struct AddressArgument(string Host, ushort Port)
{
    /// <summary>Understands <paramref name="text"/> or says which option it was wrong
    /// for.</summary>
    public static AddressArgument Parse(string text, string option)
    {
        var colon = text.LastIndexOf(':');
        if (colon > 0
            && ushort.TryParse(
                text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture,
                out var port))
        {
            var host = text[..colon];
            if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
            else if (host.Contains(':', StringComparison.Ordinal)) host = "";
            if (Uri.CheckHostName(host) != UriHostNameType.Unknown)
                return new AddressArgument(host, port);
        }

        throw ToolException.BadInput($"{option}: '{text}' is not HOST:PORT");
    }

    /// <summary>The first address its host name resolves to, IPv4 preferred.</summary>
    public async Task<IPEndPoint> ResolveAsync(string option, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(Host, out var literal)) return new IPEndPoint(literal, Port);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken);
            var best =
                addresses.OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork)
                .FirstOrDefault();
            if (best is not null) return new IPEndPoint(best, Port);
        }
        catch (SocketException)
        {
            // Told below, as if it had no address.
        }

        throw ToolException.BadInput($"{option}: there is no host '{Host}'");
    }

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
