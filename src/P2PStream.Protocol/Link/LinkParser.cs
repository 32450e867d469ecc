using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace P2PStream.Protocol;

/// <summary>Reads links.</summary>
internal static class LinkParser
{
    private const int KeyLetters = 43;

    /// <summary>Reads a link.</summary>
    /// <returns>What is wrong, one line for people; null on success.</returns>
    public static string? TryParse(string? text, out StreamLink? link)
    {
        link = null;
        var rest = text.AsSpan().Trim();
        if (rest.Length > StreamLink.MaxLength) return "The link is longer than 2048 letters.";
        if (!rest.StartsWith(LinkFormatter.Scheme, StringComparison.OrdinalIgnoreCase))
            return $"A link begins with \"{LinkFormatter.Scheme}\".";
        foreach (var letter in rest)
        {
            if (char.IsWhiteSpace(letter) || char.IsControl(letter))
                return "The link has white space in it; a space in a name is written %20.";
        }

        if (rest.Contains('#')) return "A link has no part after \"#\".";
        rest = rest[LinkFormatter.Scheme.Length..];
        var slash = rest.IndexOfAny('/', '?');
        if (slash < 0 || rest[slash] == '?') return "The link has no name after its key.";
        Span<byte> key = stackalloc byte[Hash256.Size];
        if (slash != KeyLetters || !Base64Text.TryDecode(rest[..slash], key))
            return "The link's key is damaged: it has 43 letters of base64url.";
        rest = rest[(slash + 1)..];
        var question = rest.IndexOf('?');
        var path = question < 0 ? rest : rest[..question];
        if (path.IsEmpty) return "The link has no name after its key.";
        if (!TryUnescape(path, out var name) || !StreamName.IsValid(name))
            return "The link's name is not valid: 1 to 255 bytes of UTF-8, percent-encoded.";
        var hints = new Hints();
        if (question >= 0 && hints.Read(rest[(question + 1)..]) is { } error) return error;
        link = new StreamLink
        {
            Key = new Hash256(key),
            Name = name,
            Peers = hints.Peers,
            Origins = hints.Origins,
            Bootstrap = hints.Bootstrap,
            Secret = hints.Secret,
        };
        return null;
    }

    /// <summary>Undoes percent-encoding strictly: each % has two digits, the result is valid
    /// UTF-8.</summary>
    private static bool TryUnescape(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? value)
    {
        value = null;
        Span<byte> bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        while (!text.IsEmpty)
        {
            if (text[0] != '%')
            {
                if (Rune.DecodeFromUtf16(text, out var rune, out var letters) != 0) return false;
                length += rune.EncodeToUtf8(bytes[length..]);
                text = text[letters..];
                continue;
            }

            if (text.Length < 3 || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
                return false;
            Convert.FromHexString(text.Slice(1, 2), bytes[length..], out _, out var written);
            length += written;
            text = text[3..];
        }

        if (!Utf8.IsValid(bytes[..length])) return false;
        value = Encoding.UTF8.GetString(bytes[..length]);
        return true;
    }

    /// <summary>The secret and the hints read so far.</summary>
    private sealed class Hints
    {
        public List<string> Peers { get; } = [];

        public List<string> Origins { get; } = [];

        public List<string> Bootstrap { get; } = [];

        public StreamSecret? Secret { get; private set; }

        public string? Read(ReadOnlySpan<char> query)
        {
            foreach (var range in query.Split('&'))
            {
                var pair = query[range];
                var equals = pair.IndexOf('=');
                if (equals < 0) continue;
                if (Add(pair[..equals], pair[(equals + 1)..]) is { } error) return error;
            }

            return null;
        }

        private string? Add(ReadOnlySpan<char> name, ReadOnlySpan<char> value) => name switch
        {
            LinkFormatter.Peer => Add(
                Peers, value, LinkHints.TryNormalizeAddress,
                "The link's peer is not HOST:PORT."),
            LinkFormatter.Dht => Add(
                Bootstrap, value, LinkHints.TryNormalizeAddress,
                "The link's dht node is not HOST:PORT."),
            LinkFormatter.Secret => Take(value),
            LinkFormatter.Origin => Add(
                Origins, value, LinkHints.TryNormalizeOrigin,
                "The link's origin is no http or https address."),
            _ => null, // from a later version
        };

        private string? Take(ReadOnlySpan<char> value)
        {
            if (Secret is not null) return "The link has more than one secret.";
            Span<byte> secret = stackalloc byte[Hash256.Size];
            if (!TryUnescape(value, out var text) || !Base64Text.TryDecode(text, secret))
                return "The link's secret is damaged: it has 43 letters of base64url.";
            Secret = new StreamSecret(new Hash256(secret));
            return null;
        }

        private static string? Add(
            List<string> hints, ReadOnlySpan<char> value, LinkHints.Normalizer normalizer,
            string error)
        {
            if (hints.Count == StreamLink.MaxHints)
                return "The link has more than 16 hints of a kind.";
            if (!TryUnescape(value, out var text)) return error;
            if (!normalizer(text, out var normal)) return error;
            hints.Add(normal);
            return null;
        }
    }
}
