using System.Text;

namespace P2PStream.Http;

/// <summary>A playlist's text as lines; knows its name for messages and nothing of what the lines
/// mean.</summary>
internal sealed class PlaylistText
{
    private const string Signature = "#EXTM3U";
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private PlaylistText(string name, IReadOnlyList<PlaylistLine> lines)
    {
        Name = name;
        Lines = lines;
    }

    /// <summary>File name or URL.</summary>
    public string Name { get; }

    /// <summary>All lines in order; the first is the signature.</summary>
    public IReadOnlyList<PlaylistLine> Lines { get; }

    /// <summary>True when bytes begin as a playlist does (RFC 8216bis 4.3.1.1), after a byte order
    /// mark if any.</summary>
    public static bool IsPlaylist(ReadOnlySpan<byte> start) =>
        SkipMark(start).StartsWith("#EXTM3U"u8);

    /// <summary>Splits bytes into lines ended by LF or CR LF.</summary>
    /// <exception cref="StreamSourceException">Too large, not UTF-8, or not a playlist.</exception>
    public static PlaylistText Split(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > HlsLimits.PlaylistBytes)
        {
            throw new StreamSourceException(
                $"{name}: the playlist is larger than {HlsLimits.PlaylistBytes} bytes");
        }

        // RFC 8216bis forbids the mark; editors write it all the same.
        var rest = SkipMark(bytes);
        var lines = new List<PlaylistLine>();
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (line.Length > 0 && line[^1] == '\r') line = line[..^1];
            lines.Add(Decode(name, lines.Count + 1, line));
        }

        if (lines.Count == 0 || lines[0].Text.TrimEnd() != Signature)
            throw new StreamSourceException(
                $"{name}: line 1: not a playlist, {Signature} is missing");
        return new PlaylistText(name, lines);
    }

    /// <summary>An error at a line.</summary>
    public StreamSourceException Error(int line, string message) =>
        new($"{Name}: line {line}: {message}");

    private static ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;

    private static PlaylistLine Decode(string name, int number, ReadOnlySpan<byte> line)
    {
        if (number > HlsLimits.Lines)
            throw new StreamSourceException($"{name}: more than {HlsLimits.Lines} lines");
        if (line.Length > HlsLimits.LineBytes)
        {
            throw new StreamSourceException(
                $"{name}: line {number}: longer than {HlsLimits.LineBytes} bytes");
        }

        string text;
        try
        {
            text = Strict.GetString(line);
        }
        catch (DecoderFallbackException problem)
        {
            throw new StreamSourceException($"{name}: line {number}: not UTF-8", problem);
        }

        // Lines go to players as they are: a control character must not smuggle one in (RFC 8216bis
        // 4.1).
        foreach (var character in text)
        {
            if (char.IsControl(character) && character != '\t')
                throw new StreamSourceException(
                    $"{name}: line {number}: contains a control character");
        }

        return new PlaylistLine(number, text);
    }
}
