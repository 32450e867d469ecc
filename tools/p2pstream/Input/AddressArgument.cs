using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace P2PStream.Tool.Input;

/// <summary>Finds the addresses of a host.</summary>
internal delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellationToken);

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

    /// <summary>As <see cref="ResolveAsync(string, CancellationToken, HostLookup?)"/>, within a
    /// time.</summary>
    public Task<IPEndPoint> ResolveAsync(string option, TimeLimit limit, HostLookup? lookup = null)
    {
        var address = this;
        return limit.RunAsync(token => address.ResolveAsync(option, token, lookup),
            $"{option}: no address of '{Host}' is found");
    }

    /// <summary>The first address its host name resolves to, IPv4 preferred.</summary>
    /// <param name="option">What to name when there is none.</param>
    /// <param name="cancellationToken">Gives up, also where the system cannot.</param>
    /// <param name="lookup">Null for the system's way.</param>
    public async Task<IPEndPoint> ResolveAsync(
        string option, CancellationToken cancellationToken, HostLookup? lookup = null)
    {
        if (IPAddress.TryParse(Host, out var literal)) return new IPEndPoint(literal, Port);
        try
        {
            var addresses = await (lookup ?? Dns.GetHostAddressesAsync)(Host, cancellationToken)
                .WaitAsync(cancellationToken);
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
