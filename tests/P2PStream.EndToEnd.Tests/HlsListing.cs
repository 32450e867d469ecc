using System.Globalization;
using System.Text.RegularExpressions;

namespace P2PStream.EndToEnd.Tests;

/// <summary>Reads playlists as a player does, and without a line of the code under test.</summary>
internal static partial class HlsListing
{
    /// <summary>Everything that a playlist names, directly or by way of media playlists, in
    /// order.</summary>
    public static async Task<IReadOnlyList<HlsPart>> ReadAsync(
        HttpClient http, Uri playlist, CancellationToken cancellationToken)
    {
        var text = await http.GetStringAsync(playlist, cancellationToken);
        string[] lines = [.. text.ReplaceLineEndings("\n").Split('\n').Where(line => line != "")];
        Assert.Equal("#EXTM3U", lines[0]);
        if (!text.Contains("#EXT-X-STREAM-INF", StringComparison.Ordinal))
            return ReadMedia(playlist, lines);

        var parts = new List<HlsPart>();
        var seen = new HashSet<Uri>();
        foreach (var line in lines)
        {
            if (Is(line, "#EXT-X-MEDIA:") || line[0] != '#')
            {
                var uri = new Uri(playlist, line[0] == '#' ? UriOf(line) : line);
                if (seen.Add(uri)) parts.AddRange(await ReadAsync(http, uri, cancellationToken));
            }
        }

        return parts;
    }

    private static List<HlsPart> ReadMedia(Uri playlist, string[] lines)
    {
        var parts = new List<HlsPart>();
        var (offset, length) = (0L, -1L);
        foreach (var line in lines)
        {
            if (Is(line, "#EXT-X-MAP:"))
            {
                var map = new Uri(playlist, UriOf(line));
                var range = MapRange().Match(line);
                parts.Add(range.Success
                    ? new HlsPart(map, Number(range.Groups[2].Value), Number(range.Groups[1].Value))
                    : new HlsPart(map, 0, -1));
            }
            else if (Is(line, "#EXT-X-BYTERANGE:"))
            {
                var range = line["#EXT-X-BYTERANGE:".Length..].Split('@');
                length = Number(range[0]);
                if (range.Length > 1) offset = Number(range[1]);
            }
            else if (line[0] != '#')
            {
                parts.Add(new HlsPart(new Uri(playlist, line), offset, length));
                if (length >= 0) offset += length;
                length = -1;
            }
        }

        Assert.Equal("#EXT-X-ENDLIST", lines[^1]);
        return parts;
    }

    private static bool Is(string line, string tag) =>
        line.StartsWith(tag, StringComparison.Ordinal);

    private static string UriOf(string line) => UriAttribute().Match(line).Groups[1].Value;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("URI=\"([^\"]*)\"")]
    private static partial Regex UriAttribute();

    [GeneratedRegex("BYTERANGE=\"(\\d+)@(\\d+)\"")]
    private static partial Regex MapRange();
}
