using System.Buffers.Text;
using System.Text;

namespace P2PStream.Protocol;

/// <summary>Writes links.</summary>
internal static class LinkFormatter
{
    public const string Scheme = "p2pstream:";
    public const string Peer = "peer";
    public const string Origin = "origin";
    public const string Dht = "dht";
    public const string Secret = "secret";

    private const string Readable = "-._~:/[]@!$'()*,;=?";

    /// <summary>The secret, without which nobody finds a stream that has one, comes first; then peers,
    /// origins last: when not all fit, the hints that find peers stay.</summary>
    public static string Format(StreamLink link)
    {
        var text = new StringBuilder(Scheme)
            .Append(Base64Url.EncodeToString(link.Key.ToArray()))
            .Append('/')
            .Append(Uri.EscapeDataString(link.Name));
        var separator = '?';
        if (link.Secret is { } secret)
        {
            text.Append(separator).Append(Secret).Append('=')
                .Append(Base64Url.EncodeToString(secret.Value.ToArray()));
            separator = '&';
        }

        Append(text, Peer, link.Peers, ref separator);
        Append(text, Dht, link.Bootstrap, ref separator);
        Append(text, Origin, link.Origins, ref separator);
        return text.ToString();
    }

    private static void Append(
        StringBuilder text, string name, IReadOnlyList<string> hints, ref char separator)
    {
        for (var i = 0; i < hints.Count; i++)
        {
            var value = Escape(hints[i]);
            if (text.Length + name.Length + value.Length + 2 > StreamLink.MaxLength) return;
            text.Append(separator).Append(name).Append('=').Append(value);
            separator = '&';
        }
    }

    /// <summary>Percent-encodes what would end the value; the rest stays readable: <c>[::1]:1</c>,
    /// <c>https://a/b</c>.</summary>
    private static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var letter in value)
        {
            if (char.IsAsciiLetterOrDigit(letter) || Readable.Contains(letter))
                text.Append(letter);
            else
                text.Append(Uri.EscapeDataString([letter]));
        }

        return text.ToString();
    }
}
