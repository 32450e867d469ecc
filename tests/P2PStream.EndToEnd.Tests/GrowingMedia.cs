using P2PStream.Http;

namespace P2PStream.EndToEnd.Tests;

/// <summary>An origin whose playlist is an event: segments of other media are added one by
/// one.</summary>
internal sealed class GrowingMedia : IAsyncDisposable
{
    private const string FileName = "event.m3u8";

    private readonly TestMedia _media;
    private readonly string[] _names;
    private readonly DirectoryInfo _folder;
    private readonly OriginServer _origin;

    private GrowingMedia(
        TestMedia media, string[] names, DirectoryInfo folder, OriginServer origin)
    {
        _media = media;
        _names = names;
        _folder = folder;
        _origin = origin;
    }

    /// <summary>Where it lies, once something is in it.</summary>
    public Uri Playlist => new(_origin.BaseUri, FileName);

    /// <summary>As many as it can grow to.</summary>
    public int Segments => _names.Length;

    /// <summary>Starts without a playlist.</summary>
    public static async Task<GrowingMedia> StartAsync(
        TestMedia media, CancellationToken cancellationToken)
    {
        var complete = await File.ReadAllLinesAsync(
            Path.Combine(media.Folder, media.Playlist), cancellationToken);
        string[] names = [.. complete.Where(line => line.Length > 0 && line[0] != '#')];
        var folder = Directory.CreateTempSubdirectory("p2pstream-event-");
        var origin = await OriginServer.StartAsync(folder.FullName, null, cancellationToken);
        return new GrowingMedia(media, names, folder, origin);
    }

    /// <summary>The playlist has that many segments.</summary>
    public Task GrowAsync(int segments, CancellationToken cancellationToken) =>
        WriteAsync(segments, ended: false, cancellationToken);

    /// <summary>It has all, and says that no more will come.</summary>
    public Task EndAsync(CancellationToken cancellationToken) =>
        WriteAsync(Segments, ended: true, cancellationToken);

    /// <summary>The bytes of all segments.</summary>
    public async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        foreach (var name in _names)
            all.Write(await File.ReadAllBytesAsync(
                Path.Combine(_media.Folder, name), cancellationToken));
        return all.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _origin.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task WriteAsync(int segments, bool ended, CancellationToken cancellationToken)
    {
        var lines = new List<string>
        {
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:1",
            "#EXT-X-PLAYLIST-TYPE:EVENT",
        };
        foreach (var name in _names.Take(segments))
        {
            var copy = Path.Combine(_folder.FullName, name);
            if (!File.Exists(copy)) File.Copy(Path.Combine(_media.Folder, name), copy);
            lines.AddRange(["#EXTINF:1,", name]);
        }

        if (ended) lines.Add("#EXT-X-ENDLIST");
        var path = Path.Combine(_folder.FullName, FileName);
        await File.WriteAllLinesAsync(path + ".new", lines, cancellationToken);
        File.Move(path + ".new", path, overwrite: true);
    }
}
