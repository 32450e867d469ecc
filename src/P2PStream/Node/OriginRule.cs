using System.Diagnostics.CodeAnalysis;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// The one place that says which URL an origin fetch may go to. Catalog and records are the
/// publisher's word, and a publisher may be hostile: without this rule they would make every viewer
/// send requests to any host, those of its own network included.
/// </summary>
/// <param name="named">The <c>origin=</c> hints of the link that is watched.</param>
/// <param name="isAllowedByHost">True for what the host application allows by name.</param>
internal sealed class OriginRule(IReadOnlyList<string> named, Func<Uri, bool> isAllowedByHost)
{
    /// <summary>Works out a record's URL and judges it.</summary>
    /// <param name="stated">The catalog's origin; may be empty.</param>
    /// <param name="record">The segment, whose URI is absolute or relative to <paramref name="stated"/>.</param>
    /// <param name="uri">The URL.</param>
    /// <param name="reach">Which addresses it may lead to.</param>
    /// <param name="problem">Why it is refused.</param>
    public bool TryResolve(string stated, SegmentRecord record, [NotNullWhen(true)] out Uri? uri,
        out OriginReach reach, [NotNullWhen(false)] out string? problem)
    {
        reach = OriginReach.PublicOnly;
        problem = null;
        uri = Absolute(stated, record.OriginUri);
        if (uri is null)
        {
            problem = $"'{record.OriginUri}' is no http(s) URL";
            return false;
        }

        if (IsNamed(uri) || isAllowedByHost(uri))
        {
            reach = OriginReach.Anywhere;
            return true;
        }

        if (Absolute("", stated) is { } origin && IsSameServer(origin, uri)) return true;
        problem = $"{uri.GetLeftPart(UriPartial.Authority)} is neither the stream's origin nor named by the link";
        uri = null;
        return false;
    }

    private bool IsNamed(Uri uri)
    {
        foreach (var hint in named)
            if (Absolute("", hint) is { } origin && IsSameServer(origin, uri)) return true;
        return false;
    }

    private static bool IsSameServer(Uri a, Uri b) =>
        Uri.Compare(a, b, UriComponents.SchemeAndServer, UriFormat.UriEscaped,
            StringComparison.OrdinalIgnoreCase) == 0 && a.Port == b.Port;

    private static Uri? Absolute(string origin, string uri)
    {
        Uri? absolute;
        var isFound = origin.Length == 0
            ? Uri.TryCreate(uri, UriKind.Absolute, out absolute)
            : Uri.TryCreate(origin, UriKind.Absolute, out var start)
                & Uri.TryCreate(start, uri, out absolute);
        return isFound && absolute is { IsAbsoluteUri: true }
            && (absolute.Scheme == Uri.UriSchemeHttp || absolute.Scheme == Uri.UriSchemeHttps)
            ? absolute
            : null;
    }
}
