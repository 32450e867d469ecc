using System.Globalization;

namespace P2PStream.Http;

/// <summary>
/// Reads a media playlist (RFC 8216bis 4.4.3 and 4.4.4) line by line. Every line it does not need
/// stays with the segment it precedes, as written.
/// </summary>
internal sealed class MediaPlaylistParser
{
    private readonly PlaylistText _text;
    private readonly List<string> _header = [];
    private readonly List<string> _tags = [];
    private readonly List<PlaylistSegment> _segments = [];
    private readonly List<PlaylistLine> _relativeKeys = [];
    private TimeSpan? _targetDuration;
    private ulong _mediaSequence;
    private PlaylistType _type;
    private bool _inSegments;
    private bool _ended;

    // Of the segment whose tags are being read.
    private TimeSpan? _duration;
    private ByteRange? _range;
    private bool _rangeFollows;
    private bool _gap;
    private InitializationTag? _initialization;

    private MediaPlaylistParser(PlaylistText text) => _text = text;

    /// <summary>Reads it.</summary>
    /// <exception cref="StreamSourceException">Malformed; the message names the line.</exception>
    public static MediaPlaylist Parse(PlaylistText text)
    {
        var parser = new MediaPlaylistParser(text);
        foreach (var line in text.Lines) parser.Read(line);
        return parser.Finish();
    }

    private void Read(PlaylistLine line)
    {
        if (line.IsUri)
        {
            AddSegment(line);
            return;
        }

        if (line.Is(HlsTags.EndList))
        {
            _ended = true;
            return;
        }

        if (line.IsAny(HlsTags.Dropped)) return;
        if (line.Is(HlsTags.Skip))
            throw _text.Error(line.Number, "a delta update, not a whole playlist");
        _inSegments |= line.IsAny(HlsTags.OfSegments);
        (_inSegments ? _tags : _header).Add(line.Text);
        if (line.Text.StartsWith("#EXT", StringComparison.Ordinal)) ReadTag(line);
    }

    private void ReadTag(PlaylistLine line)
    {
        if (line.Is(HlsTags.Segment)) ReadDuration(line);
        else if (line.Is(HlsTags.ByteRange)) ReadRange(line);
        else if (line.Is(HlsTags.Map)) ReadMap(line);
        else if (line.Is(HlsTags.Key)) ReadKey(line);
        else if (line.Is(HlsTags.Gap)) _gap = true;
        else if (line.Is(HlsTags.TargetDuration)) ReadTargetDuration(line);
        else if (line.Is(HlsTags.MediaSequence)) ReadMediaSequence(line);
        else if (line.Is(HlsTags.PlaylistType)) ReadType(line);
    }

    private void ReadDuration(PlaylistLine line)
    {
        if (_duration is not null) throw _text.Error(line.Number, "two EXTINF for one segment");
        var value = line.Value(HlsTags.Segment);
        var comma = value.IndexOf(',', StringComparison.Ordinal);
        _duration = Seconds(line, comma < 0 ? value : value[..comma]);
    }

    private void ReadTargetDuration(PlaylistLine line)
    {
        if (_targetDuration is not null) throw _text.Error(line.Number, "two EXT-X-TARGETDURATION");
        _targetDuration = Seconds(line, line.Value(HlsTags.TargetDuration));
    }

    private TimeSpan Seconds(PlaylistLine line, string text)
    {
        const NumberStyles style = NumberStyles.AllowDecimalPoint
            | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        if (!decimal.TryParse(text, style, CultureInfo.InvariantCulture, out var seconds))
            throw _text.Error(line.Number, "the duration is not a decimal number of seconds");
        if (seconds > HlsLimits.SegmentSeconds)
            throw _text.Error(line.Number, $"the duration exceeds {HlsLimits.SegmentSeconds} s");
        return TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    private void ReadRange(PlaylistLine line)
    {
        if (_range is not null)
            throw _text.Error(line.Number, "two EXT-X-BYTERANGE for one segment");
        (_range, _rangeFollows) = RangeOf(line, line.Value(HlsTags.ByteRange));
    }

    private void ReadMap(PlaylistLine line)
    {
        var attributes = Attributes(line);
        if (attributes["URI"] is not { Length: > 0 } uri)
            throw _text.Error(line.Number, "EXT-X-MAP has no URI");
        RejectVariables(line, uri);
        ByteRange? range = attributes["BYTERANGE"] is { } text ? RangeOf(line, text).Range : null;
        _initialization = new InitializationTag(line.Number, uri, range);
    }

    private void ReadKey(PlaylistLine line)
    {
        var attributes = Attributes(line);
        if (attributes["METHOD"] is not { } method)
            throw _text.Error(line.Number, "EXT-X-KEY has no METHOD");
        if (method == "NONE") return;
        if (attributes["URI"] is not { Length: > 0 } uri)
            throw _text.Error(line.Number, "EXT-X-KEY has no URI");
        RejectVariables(line, uri);
        if (!PlaylistUri.IsAbsolute(uri)) _relativeKeys.Add(new PlaylistLine(line.Number, uri));
    }

    private void ReadMediaSequence(PlaylistLine line)
    {
        if (_segments.Count > 0)
            throw _text.Error(line.Number, "EXT-X-MEDIA-SEQUENCE stands after the first segment");
        var text = line.Value(HlsTags.MediaSequence).Trim();
        // Half the range: a sequence plus a count never overflows.
        if (!ulong.TryParse(
            text, NumberStyles.None, CultureInfo.InvariantCulture, out _mediaSequence)
            || _mediaSequence > long.MaxValue / 2)
            throw _text.Error(line.Number, "the media sequence is not a number in range");
    }

    private void ReadType(PlaylistLine line) =>
        _type = line.Value(HlsTags.PlaylistType).Trim() switch
    {
        "VOD" => PlaylistType.OnDemand,
        "EVENT" => PlaylistType.Event,
        _ => throw _text.Error(line.Number, "the playlist type is neither VOD nor EVENT"),
    };

    private void AddSegment(PlaylistLine line)
    {
        var uri = line.Text.Trim();
        if (_duration is not { } duration)
            throw _text.Error(line.Number, "a segment without EXTINF");
        RejectVariables(line, uri);
        _segments.Add(new PlaylistSegment
        {
            Line = line.Number,
            Uri = uri,
            Duration = duration,
            Tags = string.Join('\n', _tags),
            Range = Resolve(line, uri),
            Initialization = _initialization,
            IsGap = _gap,
        });
        _tags.Clear();
        (_duration, _range, _rangeFollows, _gap) = (null, null, false, false);
    }

    // A range without an offset follows the range before it, in the same resource (4.4.4.2).
    private ByteRange? Resolve(PlaylistLine line, string uri)
    {
        if (!_rangeFollows || _range is not { } range) return _range;
        if (_segments.Count == 0 || _segments[^1] is not { Range: { } before } last
            || last.Uri != uri)
            throw _text.Error(
                line.Number, "a byte range without offset follows no range of this resource");
        if (before.End > long.MaxValue - range.Length)
            throw _text.Error(line.Number, "the byte range is out of range");
        return range with { Offset = before.End };
    }

    private (ByteRange Range, bool Follows) RangeOf(PlaylistLine line, string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var offset = 0L;
        if (!TryNumber(at < 0 ? text : text[..at], out var length) || length == 0
            || (at >= 0 && !TryNumber(text[(at + 1)..], out offset))
            || offset > long.MaxValue - length)
            throw _text.Error(line.Number, "the byte range is not length@offset");
        return (new ByteRange(offset, length), at < 0);
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

    private void RejectVariables(PlaylistLine line, string uri)
    {
        if (uri.Contains("{$", StringComparison.Ordinal))
            throw _text.Error(line.Number, "variables (EXT-X-DEFINE) in URIs are not supported");
    }

    private MediaPlaylist Finish()
    {
        if (_targetDuration is not { } target)
            throw new StreamSourceException($"{_text.Name}: EXT-X-TARGETDURATION is missing");
        if (_duration is not null)
            throw _text.Error(
                _text.Lines.Count, "the playlist ends where a segment's URI should stand");
        if (_ended || _type == PlaylistType.OnDemand)
        {
            // A date range may stand anywhere. What describes a segment described none: at the head
            // it would describe the first.
            _header.AddRange(_tags.Where(tag => tag.Length > 0 && !DescribesSegment(tag)));
        }

        return new MediaPlaylist
        {
            Text = _text,
            Header = string.Join('\n', _header),
            TargetDuration = target,
            MediaSequence = _mediaSequence,
            Type = _type,
            Ended = _ended || _type == PlaylistType.OnDemand,
            Segments = _segments,
            RelativeKeys = _relativeKeys,
        };
    }

    private static bool DescribesSegment(string tag)
    {
        var line = new PlaylistLine(0, tag);
        return line.IsAny(HlsTags.OfSegments) && !line.Is(HlsTags.DateRange);
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(
        text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
