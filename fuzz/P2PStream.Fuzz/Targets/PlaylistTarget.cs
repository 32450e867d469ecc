using System.Text;
using P2PStream.Http;

namespace P2PStream.Fuzz.Targets;

/// <summary>Playlists as anyone may serve them: refused in one line, or read so that writing what
/// was read and reading that gives the same again.</summary>
public sealed class PlaylistTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "playlist";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            var (master, media) = Playlist.Parse("input", input);
            if (master is not null) Check(master);
            if (media is not null) Check(media);
        }
        catch (StreamSourceException problem)
        {
            Require(!problem.Message.Contains('\n', StringComparison.Ordinal),
                "a message of two lines");
        }
    }

    private static void Check(MasterPlaylist master)
    {
        var text = master.Render(entry => entry.Uri, uri => uri);
        var again = Parse(text).Master;
        Require(again is not null, "a master playlist became none");
        Require(
            master.Entries.Select(entry => (entry.Uri, entry.Kind, entry.Name, entry.Bandwidth))
                .SequenceEqual(again!.Entries.Select(e => (e.Uri, e.Kind, e.Name, e.Bandwidth))),
            "a master playlist changed");
    }

    private static void Check(MediaPlaylist media)
    {
        var text = string.Join(
            '\n', [media.Header,
                .. media.Segments.Select(segment => $"{segment.Tags}\n{segment.Uri}"),
            .. (string[])(media.Ended ? [HlsTags.EndList] : [])]);
        var again = Parse(text).Media;
        Require(again is not null, "a media playlist became none");
        Require(again!.Ended == media.Ended
            && again.MediaSequence == media.MediaSequence, "its header changed");
        Require(
            media.Segments.Select(s => (s.Uri, s.Duration, s.Range, s.Initialization?.Uri, s.IsGap))
                .SequenceEqual(again.Segments.Select(
                    s => (s.Uri, s.Duration, s.Range, s.Initialization?.Uri, s.IsGap))),
            "its segments changed");
        foreach (var segment in media.Segments)
        {
            Require(segment.Duration >= TimeSpan.Zero, "a segment plays backwards");
            Require(segment.Range is not { } range
                || (range.Length > 0 && range.End > 0), "a range overflows");
        }
    }

    private static (MasterPlaylist? Master, MediaPlaylist? Media) Parse(string text) =>
        Playlist.Parse("again", Encoding.UTF8.GetBytes(text));

    private static void Require(bool condition, string otherwise)
    {
        if (!condition) throw new InvalidOperationException(otherwise);
    }
}
