using System.Text;
using Microsoft.AspNetCore.Http;
using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>Answers for playlists, segments and the file of one stream.</summary>
internal sealed class GatewayMedia
{
    private readonly IGatewayStream _stream;
    private readonly GatewayPlayer _player;

    public GatewayMedia(IGatewayStream stream, GatewayPlayer player)
    {
        _stream = stream;
        _player = player;
    }

    private Catalog Catalog => _stream.Media.Catalog;

    /// <summary>Answers a GET or HEAD.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">Decoded, without the first slash.</param>
    /// <param name="cancellationToken">The player has gone.</param>
    public async Task ServeAsync(
        HttpContext context, string path, CancellationToken cancellationToken)
    {
        var isPlaylist = path.EndsWith(".m3u8", StringComparison.Ordinal);
        ushort track = 0;
        ulong sequence = 0;
        if (path != "file" && !isPlaylist
            && !SegmentAddress.TryParse(path, out track, out sequence))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await _stream.WaitForCatalogAsync(cancellationToken);
        if (isPlaylist)
            await ServePlaylistAsync(context, path[..^".m3u8".Length], cancellationToken);
        else if (path == "file")
            await ServeFileAsync(context, cancellationToken);
        else
            await ServeSegmentAsync(context, track, sequence, cancellationToken);
    }

    private async Task ServePlaylistAsync(
        HttpContext context, string name, CancellationToken cancellationToken)
    {
        var text = name == "master" ? PlaylistWriter.Master(Catalog) : null;
        if (text is null && FindPlaylist(name) is { } track)
        {
            var records = await _stream.Media.GetRecordsAsync(track.Id, cancellationToken);
            // The track is older than the records: it never claims an end that they do not have.
            text = PlaylistWriter.Media(Catalog, track, records);
        }

        if (text is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.ContentType = ContentTypes.Playlist;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers.CacheControl = "no-cache";
        if (HttpMethods.IsHead(context.Request.Method)) return;
        await context.Response.BodyWriter.WriteAsync(bytes, cancellationToken);
    }

    // A stream without a master playlist has one track with a playlist: "master" stands for it.
    private TrackDescription? FindPlaylist(string name) => Catalog.Tracks.FirstOrDefault(
        track => track.PlaylistHeader.Length > 0
            && (name == "master"
                || (SegmentAddress.TryTrack(name, out var number) && track.Id == number)));

    private async Task ServeSegmentAsync(
        HttpContext context, ushort number, ulong sequence, CancellationToken cancellationToken)
    {
        var track = Catalog.Tracks.FirstOrDefault(candidate => candidate.Id == number);
        var records = track is null || track.Kind == TrackKind.File
            ? []
            : await _stream.Media.GetRecordsAsync(number, cancellationToken);
        if (Find(records, sequence) is not { } record)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var type = ContentTypes.OfMedia(SegmentAddress.Extension(record, track!))
            ?? ContentTypes.Bytes;
        if (!MediaResponse.Begin(context, type, record.Root, record.Length, out var range)) return;
        _player.Asked(track!.Kind, record);
        await MediaResponse.SendAsync(context, _stream.Media, [record], range, cancellationToken);
        // Some, as ffmpeg, ask for all of it by a range: the end is what tells.
        if (range.Offset + range.Length == record.Length) _player.Delivered(track.Kind, record);
    }

    private async Task ServeFileAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var track = Catalog.Tracks.FirstOrDefault(candidate => candidate.Kind == TrackKind.File);
        if (track is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var records = await _stream.Media.GetRecordsAsync(track.Id, cancellationToken);
        var type = ContentTypes.OfMedia(Path.GetExtension(Catalog.FileName).ToLowerInvariant());
        // What is no media is saved, not shown: a publisher's HTML must not run as part of this
        // page.
        var disposition = type is null ? "attachment" : "inline";
        context.Response.Headers.ContentDisposition =
            $"{disposition}; filename*=UTF-8''{Uri.EscapeDataString(Catalog.FileName)}";
        var length = records.Sum(record => record.Length);
        if (MediaResponse.Begin(
            context, type ?? ContentTypes.Bytes, track.RecordsRoot, length, out var range))
        {
            await MediaResponse.SendAsync(
                context, _stream.Media, records, range, cancellationToken);
        }
    }

    private static SegmentRecord? Find(IReadOnlyList<SegmentRecord> records, ulong sequence)
    {
        if (records.Count == 0) return null;
        var index = sequence - records[0].Id.Sequence;
        return index < (ulong)records.Count && records[(int)index].Id.Sequence == sequence
            ? records[(int)index]
            : records.FirstOrDefault(record => record.Id.Sequence == sequence);
    }
}
