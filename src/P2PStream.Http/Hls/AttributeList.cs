namespace P2PStream.Http;

/// <summary>
/// A tag's attributes (RFC 8216bis 4.2), with where each value lies in the line, so that one can be
/// replaced and the rest of the line stays as its author wrote it.
/// </summary>
internal sealed class AttributeList
{
    private readonly string _line;
    private readonly List<Attribute> _attributes = [];

    private AttributeList(string line) => _line = line;

    /// <summary>A value without its quotation marks; null when absent.</summary>
    public string? this[string name]
    {
        get
        {
            var found = Find(name);
            return found < 0 ? null : Unquoted(_attributes[found]);
        }
    }

    /// <summary>Reads the attributes that follow a tag's colon.</summary>
    /// <exception cref="FormatException">Malformed; the message is for people and names no
    /// line.</exception>
    public static AttributeList Parse(string line)
    {
        var list = new AttributeList(line);
        var at = line.IndexOf(':', StringComparison.Ordinal) + 1;
        if (at == 0) throw new FormatException("the tag has no attributes");
        while (at < line.Length)
        {
            var equals = line.IndexOf('=', at);
            if (equals < 0) throw new FormatException("an attribute has no value");
            var value = equals + 1;
            var end = value;
            if (value < line.Length && line[value] == '"')
            {
                end = line.IndexOf('"', value + 1) + 1;
                if (end == 0) throw new FormatException("a quotation mark is missing");
            }

            var closed = end;
            end = line.IndexOf(',', end);
            if (end < 0) end = line.Length;
            if (closed > value && !line.AsSpan(closed, end - closed).IsWhiteSpace())
                throw new FormatException("something follows a closing quotation mark");
            list._attributes.Add(new Attribute(line[at..equals].Trim(), at, value, end));
            at = end + 1;
        }

        return list;
    }

    /// <summary>The line with a quoted value instead of that attribute's, which must
    /// exist.</summary>
    public string With(string name, string value)
    {
        var attribute = _attributes[Find(name)];
        return $"{_line[..attribute.Value]}\"{value}\"{_line[attribute.End..]}";
    }

    /// <summary>The line without that attribute; unchanged when it has none.</summary>
    public string Without(string name)
    {
        var found = Find(name);
        if (found < 0) return _line;
        var attribute = _attributes[found];
        return found == 0
            ? _line[..attribute.Start] + _line[Math.Min(attribute.End + 1, _line.Length)..]
            : _line[..(attribute.Start - 1)] + _line[attribute.End..];
    }

    private int Find(string name) => _attributes.FindIndex(attribute => attribute.Name == name);

    private string Unquoted(Attribute attribute)
    {
        var text = _line[attribute.Value..attribute.End].Trim();
        return text.Length > 1 && text[0] == '"' ? text.Trim('"') : text;
    }

    private readonly record struct Attribute(string Name, int Start, int Value, int End);
}
