namespace P2PStream.Http;

/// <summary>URI references as playlists use them. <see cref="Uri"/> alone does not tell absolute
/// from relative: it takes "/a" for a file path on Unix.</summary>
internal static class PlaylistUri
{
    /// <summary>True when a reference begins with a scheme (RFC 3986 4.3).</summary>
    public static bool IsAbsolute(string reference)
    {
        var colon = reference.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !char.IsAsciiLetter(reference[0])) return false;
        for (var i = 1; i < colon; i++)
        {
            if (!char.IsAsciiLetterOrDigit(reference[i]) && reference[i] is not ('+' or '-' or '.'))
                return false;
        }

        return true;
    }

    /// <summary>Resolves a reference against an absolute http(s) URI; null when the outcome is no
    /// URI.</summary>
    public static Uri? Resolve(Uri against, string reference)
    {
        if (IsAbsolute(reference))
            return Uri.TryCreate(reference, UriKind.Absolute, out var absolute) ? absolute : null;
        // "//host/x" and "/x" must not be taken for file paths.
        return Uri.TryCreate(against, new Uri(reference, UriKind.Relative), out var uri)
            ? uri
            : null;
    }

    /// <summary>A tag's line with its URI attribute replaced; unchanged when it has none.</summary>
    public static string Replace(string tag, Func<string, string> replacement)
    {
        var attributes = AttributeList.Parse(tag);
        return attributes["URI"] is { } uri ? attributes.With("URI", replacement(uri)) : tag;
    }
}
