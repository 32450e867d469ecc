using System.Globalization;
using System.Net;

namespace P2PStream.Protocol;

/// <summary>A host's name or address and a port, as people write them: <c>example.org:1</c>,
/// <c>192.0.2.1:1</c>, <c>[2001:db8::1]:1</c>. Resolves nothing.</summary>
public readonly record struct HostPort
{
    private const int HostLetters = 253;
    private const int LabelLetters = 63;

    private HostPort(string host, int port)
    {
        Host = host;
        Port = port;
    }

    /// <summary>The name or address, without brackets.</summary>
    public string Host { get; }

    /// <summary>0 to 65,535.</summary>
    public int Port { get; }

    /// <summary>Reads the text; the port is required.</summary>
    public static bool TryParse(string? text, out HostPort value)
    {
        value = default;
        if (text is null) return false;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !TryParsePort(text.AsSpan(colon + 1), out var port)) return false;
        var host = text.AsSpan(0, colon);
        if (host[0] == '[')
        {
            if (host.Length < 3 || host[^1] != ']' || host.Contains('%')) return false;
            // Without a colon it is IPv4, which stands in no brackets.
            if (!host.Contains(':')) return false;
            if (!IPAddress.TryParse(host[1..^1], out var address)) return false;
            value = new HostPort(address.ToString(), port);
            return true;
        }

        if (!IsName(host)) return false;
        value = new HostPort(host.ToString().ToLowerInvariant(), port);
        return true;
    }

    /// <summary>The text that <see cref="TryParse"/> reads.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        if (text.Length is 0 or > 5 || (text[0] == '0' && text.Length > 1)) return false;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= IPEndPoint.MaxPort;
    }

    /// <summary>RFC 1123 labels, with the underscore that some networks use. A last label of digits
    /// makes it an IPv4 address, which must then be a whole one: resolvers read shorter ones as
    /// something else.</summary>
    private static bool IsName(ReadOnlySpan<char> host)
    {
        if (host.Length is 0 or > HostLetters) return false;
        var isNumeric = false;
        foreach (var range in host.Split('.'))
        {
            var label = host[range];
            if (label.Length is 0 or > LabelLetters) return false;
            if (label[0] == '-' || label[^1] == '-') return false;
            isNumeric = true;
            foreach (var letter in label)
            {
                if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')) return false;
                isNumeric &= char.IsAsciiDigit(letter);
            }
        }

        return !isNumeric || IsIPv4(host);
    }

    private static bool IsIPv4(ReadOnlySpan<char> host)
    {
        var count = 0;
        foreach (var range in host.Split('.'))
        {
            var number = host[range];
            if (number.Length > 3 || (number[0] == '0' && number.Length > 1)) return false;
            if (!byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                return false;
            count++;
        }

        return count == 4;
    }
}
