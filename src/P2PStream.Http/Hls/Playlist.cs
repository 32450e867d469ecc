namespace P2PStream.Http;

/// <summary>Tells the two kinds of playlist apart and reads either.</summary>
internal static class Playlist
{
    private static readonly string[] OfMaster =
    [
        HlsTags.StreamInf, HlsTags.IFrameStreamInf, HlsTags.Media, HlsTags.SessionKey,
        HlsTags.SessionData,
    ];

    private static readonly string[] OfMedia = [HlsTags.Segment, HlsTags.TargetDuration];

    /// <summary>Reads a playlist; exactly one of the two is not null.</summary>
    /// <exception cref="StreamSourceException">Malformed; the message names the line.</exception>
    public static (MasterPlaylist? Master, MediaPlaylist? Media) Parse(
        string name, ReadOnlySpan<byte> bytes)
    {
        var text = PlaylistText.Split(name, bytes);
        var master = text.Lines.FirstOrDefault(line => line.IsAny(OfMaster));
        var media = text.Lines.FirstOrDefault(line => line.IsAny(OfMedia));
        if (master.Number > 0 && media.Number > 0)
        {
            throw text.Error(
                Math.Max(master.Number, media.Number), "mixes tags of master and media playlists");
        }

        return master.Number > 0
            ? (MasterPlaylistParser.Parse(text), null)
            : (null, MediaPlaylistParser.Parse(text));
    }

    /// <summary>Reads a media playlist.</summary>
    /// <exception cref="StreamSourceException">Malformed, or a master playlist.</exception>
    public static MediaPlaylist ParseMedia(string name, ReadOnlySpan<byte> bytes) =>
        Parse(name, bytes).Media
        ?? throw new StreamSourceException(
            $"{name}: a master playlist where a media playlist should be");
}
