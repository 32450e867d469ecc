using System.Text;

namespace P2PStream.Http.Tests;

public sealed class MediaPlaylistTests
{
    [Fact]
    public void Every_line_is_kept_where_it_stood()
    {
        var playlist = Parse(
            "#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:3", "# by hand",
            "#EXT-X-MEDIA-SEQUENCE:41",
            "#EXT-X-PLAYLIST-TYPE:VOD", "", "#EXT-X-FUTURE:A=1", "#EXT-X-MAP:URI=\"init.mp4\"",
            "#EXTINF:2.002,first, with a comma", "a.m4s", "#EXT-X-DISCONTINUITY",
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z", "#EXT-OATCLS-SCTE35:/DA=", "#EXTINF:3",
            "b c.m4s",
            "#EXT-X-ENDLIST");

        Assert.Equal(
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:3\n# by hand\n"
            + "#EXT-X-MEDIA-SEQUENCE:41\n"
            + "#EXT-X-PLAYLIST-TYPE:VOD\n\n#EXT-X-FUTURE:A=1", playlist.Header);
        Assert.Equal(41u, playlist.MediaSequence);
        Assert.Equal(TimeSpan.FromSeconds(3), playlist.TargetDuration);
        Assert.True(playlist.Ended);
        Assert.Equal(["a.m4s", "b c.m4s"], playlist.Segments.Select(segment => segment.Uri));
        Assert.Equal(
            "#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:2.002,first, with a comma",
            playlist.Segments[0].Tags);
        Assert.Equal(
            "#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
            + "#EXT-OATCLS-SCTE35:/DA=\n#EXTINF:3", playlist.Segments[1].Tags);
        Assert.Equal(TimeSpan.FromTicks(20_020_000), playlist.Segments[0].Duration);
        Assert.All(
            playlist.Segments, segment => Assert.Equal("init.mp4", segment.Initialization!.Uri));
    }

    [Theory]
    [InlineData("\n", "")]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\uFEFF")]
    [InlineData("\r\n", "\uFEFF")]
    public void Line_endings_and_a_byte_order_mark_make_no_difference(string ending, string mark)
    {
        var text = mark + string.Join(
            ending, "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "Übung 1.ts",
            "#EXT-X-ENDLIST");
        var playlist = Playlist.ParseMedia("list", Encoding.UTF8.GetBytes(text));
        Assert.Equal("Übung 1.ts", Assert.Single(playlist.Segments).Uri);
        Assert.Equal("#EXTINF:2,", playlist.Segments[0].Tags);
    }

    [Fact]
    public void Byte_ranges_without_offset_follow_the_one_before()
    {
        var playlist = Parse(
            "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"700@0\"",
            "#EXTINF:2,", "#EXT-X-BYTERANGE:1000@700", "all.mp4",
            "#EXTINF:2,", "#EXT-X-BYTERANGE:500", "all.mp4", "#EXTINF:1,", "#EXT-X-BYTERANGE:20",
            "all.mp4");
        Assert.Equal(
            [new ByteRange(700, 1000), new ByteRange(1700, 500), new ByteRange(2200, 20)],
            playlist.Segments.Select(segment => segment.Range!.Value));
        Assert.Equal(new ByteRange(0, 700), playlist.Segments[0].Initialization!.Range);
        Assert.False(playlist.Ended);
    }

    [Fact]
    public void What_only_the_origins_own_server_answers_is_left_out()
    {
        var playlist = Parse(
            "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES",
            "#EXT-X-PART-INF:PART-TARGET=0.5", "#EXT-X-PART:DURATION=0.5,URI=\"p1\"", "#EXTINF:2,",
            "a.ts",
            "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p2\"", "#EXT-X-RENDITION-REPORT:URI=\"x\"");
        Assert.Equal("#EXTM3U\n#EXT-X-TARGETDURATION:2", playlist.Header);
        Assert.Equal("#EXTINF:2,", Assert.Single(playlist.Segments).Tags);
    }

    [Fact]
    public void Lines_after_the_last_segment_join_the_header_once_the_playlist_has_ended()
    {
        string[] lines =
        [
            "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "a.ts",
            "#EXT-X-DATERANGE:ID=\"x\",START-DATE=\"2026-01-01T00:00:00Z\"",
        ];
        Assert.Equal("#EXTM3U\n#EXT-X-TARGETDURATION:2", Parse(lines).Header);
        Assert.Equal(
            $"#EXTM3U\n#EXT-X-TARGETDURATION:2\n{lines[4]}",
            Parse([.. lines, "#EXT-X-ENDLIST"]).Header);
    }

    [Fact]
    public void Keys_that_need_an_origin_are_found()
    {
        var playlist = Parse(
            "#EXTM3U", "#EXT-X-TARGETDURATION:2",
            "#EXT-X-KEY:METHOD=AES-128,URI=\"https://keys/1\"", "#EXTINF:2,",
            "a.ts", "#EXT-X-KEY:METHOD=NONE", "#EXTINF:2,", "b.ts",
            "#EXT-X-KEY:METHOD=AES-128,IV=0x0F,URI=\"k 2.bin\"", "#EXTINF:2,", "c.ts");
        Assert.Equal([new PlaylistLine(9, "k 2.bin")], playlist.RelativeKeys);
    }

    [Fact]
    public void What_describes_no_segment_does_not_describe_the_first()
    {
        var playlist = Parse(
            "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "a.ts", "#EXT-X-GAP",
            "#EXT-X-DISCONTINUITY", "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"", "#EXT-X-ENDLIST");
        Assert.Equal("#EXTM3U\n#EXT-X-TARGETDURATION:2", playlist.Header);
    }

    [Fact]
    public void A_gap_is_a_segment_without_bytes()
    {
        var playlist = Parse(
            "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "#EXT-X-GAP", "a.ts",
            "#EXTINF:2,", "b.ts");
        Assert.Equal([true, false], playlist.Segments.Select(segment => segment.IsGap));
    }

    [Theory]
    [InlineData(1, "not a playlist", "hello")]
    [InlineData(1, "not a playlist", "#EXTM3U8")]
    [InlineData(2, "not a decimal number", "#EXTM3U", "#EXT-X-TARGETDURATION:two")]
    [InlineData(2, "not a decimal number", "#EXTM3U", "#EXT-X-TARGETDURATION:-1")]
    [InlineData(3, "two EXT-X-TARGETDURATION", "#EXTM3U", "#EXT-X-TARGETDURATION:2",
        "#EXT-X-TARGETDURATION:2")]
    [InlineData(3, "without EXTINF", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "a.ts")]
    [InlineData(
        3, "not a decimal number", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:-1,x", "a.ts")]
    [InlineData(
        3, "exceeds 86400 s", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:86401,", "a.ts")]
    [InlineData(
        3, "a segment's URI should stand", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,")]
    [InlineData(
        4, "two EXTINF", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "#EXTINF:2,", "a.ts")]
    [InlineData(3, "length@offset", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-BYTERANGE:0@4")]
    [InlineData(3, "length@offset", "#EXTM3U", "#EXT-X-TARGETDURATION:2",
        "#EXT-X-BYTERANGE:9@9223372036854775807")]
    [InlineData(5, "follows no range", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,",
        "#EXT-X-BYTERANGE:5", "a")]
    [InlineData(8, "follows no range", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,",
        "#EXT-X-BYTERANGE:5@0", "a", "#EXTINF:2,", "#EXT-X-BYTERANGE:5", "b")]
    [InlineData(
        3, "has no URI", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-MAP:BYTERANGE=\"1@0\"")]
    [InlineData(3, "quotation mark", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-MAP:URI=\"init")]
    [InlineData(3, "has no value", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-KEY:METHOD")]
    [InlineData(3, "has no attributes", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-KEY")]
    [InlineData(3, "has no URI", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-KEY:METHOD=AES-128")]
    [InlineData(2, "neither VOD nor EVENT", "#EXTM3U", "#EXT-X-PLAYLIST-TYPE:LIVE")]
    [InlineData(2, "media sequence", "#EXTM3U", "#EXT-X-MEDIA-SEQUENCE:99999999999999999999")]
    [InlineData(
        5, "after the first segment", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "a.ts",
        "#EXT-X-MEDIA-SEQUENCE:1")]
    [InlineData(4, "variables", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXTINF:2,", "{$base}/a.ts")]
    [InlineData(
        3, "delta update", "#EXTM3U", "#EXT-X-TARGETDURATION:2", "#EXT-X-SKIP:SKIPPED-SEGMENTS=3")]
    [InlineData(2, "control character", "#EXTM3U", "#EXTINF:2,\u0007")]
    [InlineData(3, "mixes tags", "#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=1", "#EXTINF:2,", "a.ts")]
    public void A_malformed_playlist_is_refused_with_its_line(
        int line, string reason, params string[] lines)
    {
        var problem = Assert.Throws<StreamSourceException>(() => Parse(lines));
        Assert.StartsWith($"list: line {line}: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Sizes_are_limited()
    {
        var line = Assert.Throws<StreamSourceException>(
            () => Parse("#EXTM3U", "#" + new string('x', HlsLimits.LineBytes)));
        Assert.Contains("line 2: longer than", line.Message, StringComparison.Ordinal);
        var lines = Assert.Throws<StreamSourceException>(() => Playlist.ParseMedia(
            "list", Encoding.UTF8.GetBytes("#EXTM3U" + new string('\n', HlsLimits.Lines + 1))));
        Assert.Contains("more than", lines.Message, StringComparison.Ordinal);
        var bytes = Assert.Throws<StreamSourceException>(
            () => Playlist.ParseMedia("list", new byte[HlsLimits.PlaylistBytes + 1]));
        Assert.Contains("larger than", bytes.Message, StringComparison.Ordinal);
        var latin = Assert.Throws<StreamSourceException>(
            () => Playlist.ParseMedia("list", "#EXTM3U\n#\xE9"u8[..^1]));
        Assert.Equal("list: line 2: not UTF-8", latin.Message);
    }

    [Fact]
    public void A_playlist_without_a_target_duration_is_refused()
    {
        var problem = Assert.Throws<StreamSourceException>(
            () => Parse("#EXTM3U", "#EXTINF:2,", "a.ts"));
        Assert.Equal("list: EXT-X-TARGETDURATION is missing", problem.Message);
    }

    private static MediaPlaylist Parse(params string[] lines) =>
        Playlist.ParseMedia("list", Encoding.UTF8.GetBytes(string.Join('\n', lines)));
}
