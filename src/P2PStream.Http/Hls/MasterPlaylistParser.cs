using System.Globalization;
using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>
/// Reads a master playlist (RFC 8216bis 4.4.6). I-frame playlists are left out: they are for trick
/// play, which seeks across the whole stream, and a swarm has nothing to give there.
/// </summary>
internal sealed class MasterPlaylistParser
{
    private static readonly string[] AudioCodecs =
        ["mp4a", "ac-3", "ec-3", "ac-4", "opus", "flac", "mp3"];

    private readonly PlaylistText _text;
    private readonly List<PlaylistLine> _lines = [];
    private readonly List<MasterEntry> _entries = [];
    private AttributeList? _variant;
    private int _variantLine;

    private MasterPlaylistParser(PlaylistText text) => _text = text;

    /// <summary>Reads it.</summary>
    /// <exception cref="StreamSourceException">Malformed; the message names the line.</exception>
    public static MasterPlaylist Parse(PlaylistText text)
    {
        var parser = new MasterPlaylistParser(text);
        foreach (var line in text.Lines) parser.Read(line);
        if (parser._variant is not null)
            throw text.Error(parser._variantLine, "a variant without a URI");
        if (!parser._lines.Exists(line => line.IsUri))
            throw new StreamSourceException($"{text.Name}: the master playlist names no variant");
        return new MasterPlaylist(text, parser._lines, parser._entries);
    }

    private void Read(PlaylistLine line)
    {
        if (line.Is(HlsTags.IFrameStreamInf) || line.IsAny(HlsTags.Dropped)) return;
        _lines.Add(line);
        if (line.IsUri) AddVariant(line);
        else if (line.Is(HlsTags.StreamInf)) BeginVariant(line);
        else if (line.Is(HlsTags.Media)) AddRendition(line);
        else if (line.Is(HlsTags.SessionKey) || line.Is(HlsTags.SessionData)) Attributes(line);
    }

    private void BeginVariant(PlaylistLine line)
    {
        if (_variant is not null) throw _text.Error(line.Number, "the variant before has no URI");
        _variant = Attributes(line);
        _variantLine = line.Number;
    }

    private void AddVariant(PlaylistLine line)
    {
        if (_variant is not { } variant)
            throw _text.Error(line.Number, "a URI without EXT-X-STREAM-INF");
        var bandwidth = variant["BANDWIDTH"];
        if (!long.TryParse(
            bandwidth, NumberStyles.None, CultureInfo.InvariantCulture, out var bits))
            throw _text.Error(_variantLine, "BANDWIDTH is not a number of bits per second");
        var kind = IsAudio(variant) ? TrackKind.Audio : TrackKind.Video;
        var height = variant["RESOLUTION"]?.Split('x', 'X') is [_, var rows] ? rows + "p" : null;
        var name = variant["NAME"] ?? height
            ?? $"{(bits / 1000).ToString(CultureInfo.InvariantCulture)}k";
        Add(line.Number, line.Text.Trim(), kind, name, bits);
        _variant = null;
    }

    private void AddRendition(PlaylistLine line)
    {
        var attributes = Attributes(line);
        // Without a URI it is muxed into the variants, or closed captions.
        if (attributes["URI"] is not { Length: > 0 } uri) return;
        var kind = attributes["TYPE"] switch
        {
            "AUDIO" => TrackKind.Audio,
            "VIDEO" => TrackKind.Video,
            "SUBTITLES" => TrackKind.Subtitles,
            _ => throw _text.Error(line.Number, "TYPE is none of AUDIO, VIDEO, SUBTITLES"),
        };
        var name = attributes["NAME"] ?? attributes["LANGUAGE"] ?? attributes["GROUP-ID"]
            ?? "rendition";
        Add(line.Number, uri, kind, name, 0);
    }

    private void Add(int line, string uri, TrackKind kind, string name, long bandwidth)
    {
        if (uri.Contains("{$", StringComparison.Ordinal))
            throw _text.Error(line, "variables (EXT-X-DEFINE) in URIs are not supported");
        _entries.Add(new MasterEntry(line, uri, kind, name, bandwidth));
    }

    private AttributeList Attributes(PlaylistLine line)
    {
        try
        {
            return AttributeList.Parse(line.Text);
        }
        catch (FormatException problem)
        {
            throw _text.Error(line.Number, problem.Message);
        }
    }

    private static bool IsAudio(AttributeList variant) =>
        variant["RESOLUTION"] is null && variant["CODECS"] is { Length: > 0 } codecs
        && codecs.Split(',').All(codec => Array.Exists(
            AudioCodecs, audio =>
                codec.Trim().StartsWith(audio, StringComparison.OrdinalIgnoreCase)));
}
