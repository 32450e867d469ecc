using System.Text;
using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

public sealed class MasterPlaylistTests
{
    private const string Master = """
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-SESSION-KEY:METHOD=AES-128,URI="key.bin"
        #EXT-X-CONTENT-STEERING:SERVER-URI="/steer"
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, stereo",DEFAULT=YES,URI="audio/en.m3u8",LANGUAGE="en"
        #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
        #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Deutsch",URI="subs/de.m3u8"

        #EXT-X-STREAM-INF:BANDWIDTH=774400,RESOLUTION=854x480,CODECS="avc1.4d401e,mp4a.40.2",AUDIO="a"
        480p/index.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2",AUDIO="a"
        audio/en.m3u8
        #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9000,URI="iframes.m3u8"
        """;

    [Fact]
    public void Renditions_and_groups_are_found()
    {
        Assert.Equal(
            [
                new MasterEntry(6, "audio/en.m3u8", TrackKind.Audio, "English, stereo", 0),
                new MasterEntry(8, "subs/de.m3u8", TrackKind.Subtitles, "Deutsch", 0),
                new MasterEntry(11, "480p/index.m3u8", TrackKind.Video, "480p", 774400),
                new MasterEntry(13, "audio/en.m3u8", TrackKind.Audio, "64k", 64000),
            ],
            Parse(Master).Entries);
    }

    [Fact]
    public void Only_uris_change_and_i_frame_playlists_and_steering_go()
    {
        var rendered = Parse(Master).Render(entry => $"<{entry.Line}>", uri => "https://o/" + uri);
        var expected = Master
            .Replace(
                "#EXT-X-CONTENT-STEERING:SERVER-URI=\"/steer\"\n", "", StringComparison.Ordinal)
            .Replace("\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9000,URI=\"iframes.m3u8\"", "",
                StringComparison.Ordinal)
            .Replace("\"audio/en.m3u8\"", "\"<6>\"", StringComparison.Ordinal)
            .Replace("subs/de.m3u8", "<8>", StringComparison.Ordinal)
            .Replace("480p/index.m3u8", "<11>", StringComparison.Ordinal)
            .Replace("\naudio/en.m3u8", "\n<13>", StringComparison.Ordinal)
            .Replace("\"key.bin\"", "\"https://o/key.bin\"", StringComparison.Ordinal);
        Assert.Equal(expected, rendered);
    }

    [Theory]
    [InlineData(2, "a variant without a URI", "#EXT-X-STREAM-INF:BANDWIDTH=1")]
    [InlineData(
        3, "has no URI", "#EXT-X-STREAM-INF:BANDWIDTH=1", "#EXT-X-STREAM-INF:BANDWIDTH=1", "a")]
    [InlineData(3, "without EXT-X-STREAM-INF", "#EXT-X-MEDIA:TYPE=AUDIO,URI=\"a\"", "b.m3u8")]
    [InlineData(2, "BANDWIDTH", "#EXT-X-STREAM-INF:RESOLUTION=1x1", "a.m3u8")]
    [InlineData(2, "TYPE", "#EXT-X-MEDIA:TYPE=SMELL,URI=\"a\"")]
    [InlineData(2, "quotation mark is missing", "#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"x")]
    [InlineData(2, "closing quotation mark", "#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"x,URI=\"a\"")]
    public void A_malformed_playlist_is_refused_with_its_line(
        int line, string reason, params string[] lines)
    {
        var problem = Assert.Throws<StreamSourceException>(
            () => Parse(string.Join('\n', (string[])["#EXTM3U", .. lines])));
        Assert.StartsWith($"list: line {line}: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_master_playlist_without_variants_is_refused()
    {
        var problem = Assert.Throws<StreamSourceException>(
            () => Parse("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"x\",URI=\"a\""));
        Assert.Equal("list: the master playlist names no variant", problem.Message);
    }

    [Theory]
    [InlineData("#T:A=1,URI=\"x\",B=2", "#T:A=1,URI=\"n\",B=2", "#T:A=1,B=2")]
    [InlineData("#T:URI=\"x\"", "#T:URI=\"n\"", "#T:")]
    [InlineData("#T:URI=\"a,b\",B=\"c,d\"", "#T:URI=\"n\",B=\"c,d\"", "#T:B=\"c,d\"")]
    [InlineData("#T:B=\"c,d\", URI=\"a\"", "#T:B=\"c,d\", URI=\"n\"", "#T:B=\"c,d\"")]
    public void One_attribute_changes_and_the_rest_of_the_line_stays(
        string line, string with, string without)
    {
        var attributes = AttributeList.Parse(line);
        Assert.Equal(with, attributes.With("URI", "n"));
        Assert.Equal(without, attributes.Without("URI"));
    }

    private static MasterPlaylist Parse(string text) =>
        Playlist.Parse("list", Encoding.UTF8.GetBytes(text)).Master!;
}
