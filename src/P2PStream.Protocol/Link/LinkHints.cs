using System.Diagnostics.CodeAnalysis;

namespace P2PStream.Protocol;

/// <summary>The one text of each hint of a link.</summary>
internal static class LinkHints
{
    public delegate bool Normalizer(string text, [NotNullWhen(true)] out string? normal);

    /// <summary>All hints in their one text.</summary>
    /// <exception cref="ArgumentException">Too many, or one is not valid.</exception>
    public static string[] Normalize(IReadOnlyList<string> hints, Normalizer normalizer)
    {
        ArgumentNullException.ThrowIfNull(hints);
        if (hints.Count > StreamLink.MaxHints)
            throw new ArgumentException("A link has at most 16 hints of a kind.", nameof(hints));
        var normal = new string[hints.Count];
        for (var i = 0; i < normal.Length; i++)
        {
            normal[i] = normalizer(hints[i], out var text)
                ? text
                : throw new ArgumentException($"\"{hints[i]}\" is no valid hint.", nameof(hints));
        }

        return normal;
    }

    /// <summary>An address that can be dialled: its port is not 0.</summary>
    public static bool TryNormalizeAddress(string text, [NotNullWhen(true)] out string? normal)
    {
        normal = HostPort.TryParse(text, out var address) && address.Port > 0
            ? address.ToString()
            : null;
        return normal is not null;
    }

    /// <summary>An absolute http or https URI without user, password or fragment.</summary>
    public static bool TryNormalizeOrigin(string text, [NotNullWhen(true)] out string? normal)
    {
        normal = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)) return false;
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) return false;
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0) return false;
        if (uri.Host.Length == 0) return false;
        // AbsoluteUri leaves an unpaired surrogate as it is, which no percent-encoding can say.
        var absolute = uri.AbsoluteUri;
        foreach (var letter in absolute)
        {
            if (!char.IsAscii(letter) || char.IsControl(letter)) return false;
        }

        normal = absolute;
        return true;
    }
}
