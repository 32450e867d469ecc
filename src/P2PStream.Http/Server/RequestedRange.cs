using System.Globalization;

namespace P2PStream.Http;

/// <summary>A Range header resolved against a resource's length (RFC 9110 14.1.2).</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Offset">First byte to send.</param>
/// <param name="Length">Bytes to send.</param>
internal readonly record struct RequestedRange(RangeKind Kind, long Offset, long Length)
{
    /// <summary>Reads a header. Malformed ones and sets of several ranges count as none, as the RFC
    /// allows: a set costs the swarm more than it gives the player.</summary>
    public static RequestedRange Parse(string? header, long total)
    {
        var whole = new RequestedRange(RangeKind.Whole, 0, total);
        const string unit = "bytes=";
        if (header is null || !header.StartsWith(unit, StringComparison.OrdinalIgnoreCase))
            return whole;
        var range = header.AsSpan(unit.Length).Trim();
        var dash = range.IndexOf('-');
        if (dash < 0 || range.Contains(',')) return whole;
        var first = range[..dash].Trim();
        var last = range[(dash + 1)..].Trim();
        var from = 0L;
        var to = long.MaxValue;
        if ((first.Length > 0 && !TryNumber(first, out from))
            || (last.Length > 0 && !TryNumber(last, out to))
            || (first.Length == 0 && last.Length == 0)) return whole;
        if (first.Length == 0) return Suffix(to, total);
        if (to < from) return whole;
        return from >= total
            ? new RequestedRange(RangeKind.Unsatisfiable, 0, 0)
            : new RequestedRange(RangeKind.Part, from, Math.Min(to, total - 1) - from + 1);
    }

    private static RequestedRange Suffix(long bytes, long total)
    {
        if (bytes == 0 || total == 0) return new RequestedRange(RangeKind.Unsatisfiable, 0, 0);
        var length = Math.Min(bytes, total);
        return new RequestedRange(RangeKind.Part, total - length, length);
    }

    // Numbers beyond 64 bits are valid and lie outside any resource.
    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        if (text.ContainsAnyExceptInRange('0', '9'))
        {
            number = 0;
            return false;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            number = long.MaxValue;
        return true;
    }
}
