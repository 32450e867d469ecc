using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>A bencoded value as a tree, the way FsCheck can make one up.</summary>
internal abstract record BencodeValue
{
    internal sealed record Number(long Value) : BencodeValue;

    internal sealed record Text(byte[] Value) : BencodeValue;

    internal sealed record Sequence(IReadOnlyList<BencodeValue> Items) : BencodeValue;

    internal sealed record Map(
        IReadOnlyList<(byte[] Key, BencodeValue Value)> Pairs) : BencodeValue;

    public void Write(ref BencodeWriter writer)
    {
        switch (this)
        {
            case Number number:
                writer.Integer(number.Value);
                break;
            case Text text:
                writer.String(text.Value);
                break;
            case Sequence sequence:
                writer.StartList();
                foreach (var item in sequence.Items) item.Write(ref writer);
                writer.End();
                break;
            case Map map:
                writer.StartDictionary();
                foreach (var (key, value) in map.Pairs)
                {
                    writer.Key(key);
                    value.Write(ref writer);
                }

                writer.End();
                break;
        }
    }

    /// <summary>Reads a value and says it in words that can be compared; null for a malformed one.
    /// </summary>
    public static string? Describe(ref BencodeReader reader)
    {
        var text = new StringBuilder();
        return TryDescribe(ref reader, text) ? text.ToString() : null;
    }

    public string Describe() => this switch
    {
        Number number => $"#{number.Value} ",
        Text text => $"'{Convert.ToHexString(text.Value)} ",
        Sequence sequence => "[" + string.Concat(sequence.Items.Select(i => i.Describe())) + "]",
        Map map => "{" + string.Concat(map.Pairs.Select(
            pair => $"'{Convert.ToHexString(pair.Key)} " + pair.Value.Describe())) + "}",
        _ => throw new InvalidOperationException(),
    };

    private static bool TryDescribe(ref BencodeReader reader, StringBuilder text)
    {
        if (reader.TryReadInteger(out var number))
        {
            text.Append('#').Append(number).Append(' ');
            return true;
        }

        if (reader.TryReadString(out var bytes))
        {
            text.Append('\'').Append(Convert.ToHexString(bytes)).Append(' ');
            return true;
        }

        var isMap = reader.TryEnterDictionary();
        if (!isMap && !reader.TryEnterList()) return false;
        text.Append(isMap ? '{' : '[');
        while (!reader.TryLeave())
        {
            if (!TryDescribe(ref reader, text)) return false;
        }

        text.Append(isMap ? '}' : ']');
        return true;
    }
}
