using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Which tracks of a catalog are played together.</summary>
public static class TrackChoice
{
    /// <summary>The video of the highest bandwidth and the first audio; the file of a plain file.</summary>
    public static IReadOnlyList<ushort> BestOfEach(Catalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var tracks = new List<ushort>();
        if (Best(catalog, TrackKind.Video) is { } video) tracks.Add(video.Id);
        if (First(catalog, TrackKind.Audio) is { } audio) tracks.Add(audio.Id);
        if (tracks.Count == 0 && First(catalog, TrackKind.File) is { } file) tracks.Add(file.Id);
        return tracks;
    }

    private static TrackDescription? Best(Catalog catalog, TrackKind kind)
    {
        TrackDescription? best = null;
        foreach (var track in catalog.Tracks)
            if (track.Kind == kind && (best is null || track.Bandwidth > best.Bandwidth)) best = track;
        return best;
    }

    private static TrackDescription? First(Catalog catalog, TrackKind kind)
    {
        foreach (var track in catalog.Tracks)
            if (track.Kind == kind) return track;
        return null;
    }
}
