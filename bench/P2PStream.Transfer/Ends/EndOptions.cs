using System.Globalization;

namespace P2PStream.Transfer;

/// <summary>What an end is told at its start, as NAME=VALUE words.</summary>
internal sealed class EndOptions(IEnumerable<string> words)
{
    private readonly Dictionary<string, string> _values = words
        .Select(word => word.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair.Length > 1 ? pair[1] : "");

    public string Text(string name, string otherwise = "") =>
        _values.GetValueOrDefault(name, otherwise);

    public long Number(string name, long otherwise = 0) =>
        _values.TryGetValue(name, out var value)
            ? long.Parse(value, CultureInfo.InvariantCulture)
            : otherwise;
}
