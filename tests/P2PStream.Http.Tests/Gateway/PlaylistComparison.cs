using System.Text;
using System.Text.RegularExpressions;

namespace P2PStream.Http.Tests;

/// <summary>Holds a gateway to its promise: what it serves is the origin's, byte for byte, and its
/// playlists are the origin's but for URIs and byte ranges.</summary>
internal static partial class PlaylistComparison
{
    /// <summary>Compares everything that a local playlist names, directly or not.</summary>
    /// <returns>How many segments were compared, those for initialization among them.</returns>
    public static async Task<int> CompareAsync(
        HttpClient gateway, string path, CancellationToken cancellationToken)
    {
        var served = await gateway.GetByteArrayAsync("master.m3u8", cancellationToken);
        var (master, _) = Playlist.Parse(
            path, await File.ReadAllBytesAsync(path, cancellationToken));
        if (master is null)
            return await CompareMediaAsync(gateway, path, served, cancellationToken);

        Assert.Equal(
            Stripped(await File.ReadAllTextAsync(path, cancellationToken)),
            Stripped(Encoding.UTF8.GetString(served)));
        var entries = Playlist.Parse("gateway", served).Master!.Entries;
        Assert.Equal(master.Entries.Count, entries.Count);
        var seen = new HashSet<string>();
        var compared = 0;
        foreach (var (written, rewritten) in master.Entries.Zip(entries))
        {
            if (!seen.Add(written.Uri)) continue;
            var media = Path.Combine(
                Path.GetDirectoryName(path)!, Uri.UnescapeDataString(written.Uri));
            compared += await CompareMediaAsync(
                gateway, media, await gateway.GetByteArrayAsync(rewritten.Uri, cancellationToken),
                cancellationToken);
        }

        return compared;
    }

    private static async Task<int> CompareMediaAsync(
        HttpClient gateway, string path, byte[] served, CancellationToken cancellationToken)
    {
        Assert.Equal(
            Stripped(await File.ReadAllTextAsync(path, cancellationToken)),
            Stripped(Encoding.UTF8.GetString(served)));
        var written = Playlist.ParseMedia(
            path, await File.ReadAllBytesAsync(path, cancellationToken));
        var rewritten = Playlist.ParseMedia("gateway", served);
        var folder = Path.GetDirectoryName(path)!;
        var initializations = new HashSet<string>();
        var compared = 0;
        foreach (var (one, other) in written.Segments.Zip(rewritten.Segments))
        {
            await CompareAsync(gateway, folder, one.Uri, one.Range, other.Uri, cancellationToken);
            compared++;
            if (other.Initialization is not { } map || !initializations.Add(map.Uri)) continue;
            await CompareAsync(
                gateway, folder, one.Initialization!.Uri, one.Initialization.Range, map.Uri,
                cancellationToken);
            compared++;
        }

        return compared;
    }

    private static async Task CompareAsync(
        HttpClient gateway, string folder, string file, ByteRange? range, string uri,
        CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path)) path = Path.Combine(folder, Uri.UnescapeDataString(file));
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        if (range is { } part) bytes = bytes[(int)part.Offset..(int)part.End];
        Assert.Equal(bytes, await gateway.GetByteArrayAsync(uri, cancellationToken));
    }

    /// <summary>A playlist without URIs and byte ranges.</summary>
    private static string[] Stripped(string playlist) =>
    [
        .. playlist.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')
            .Where(line => !line.StartsWith("#EXT-X-BYTERANGE", StringComparison.Ordinal))
            .Select(line => line.StartsWith('#')
                ? UriAttribute().Replace(RangeAttribute().Replace(line, ""), "URI=\"\"")
                : line.Length > 0 ? "<uri>" : line),
    ];

    [GeneratedRegex("URI=\"[^\"]*\"")]
    private static partial Regex UriAttribute();

    [GeneratedRegex(",BYTERANGE=\"[^\"]*\"")]
    private static partial Regex RangeAttribute();
}
