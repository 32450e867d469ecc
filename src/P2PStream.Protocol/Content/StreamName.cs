using System.Text;

namespace P2PStream.Protocol;

/// <summary>The rule for a stream's name.</summary>
public static class StreamName
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Whether a stream may have that name: 1 to
    /// <see cref="ContentLimits.StreamNameBytes"/> bytes of UTF-8, no control characters, no
    /// unpaired surrogates.</summary>
    public static bool IsValid(string? name)
    {
        // A char is at least one byte: a longer text is refused before it is encoded.
        if (string.IsNullOrEmpty(name) || name.Length > ContentLimits.StreamNameBytes) return false;
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i])) return false;
            if (!char.IsSurrogate(name[i])) continue;
            if (!char.IsSurrogatePair(name, i)) return false;
            i++;
        }

        return s_utf8.GetByteCount(name) <= ContentLimits.StreamNameBytes;
    }

    internal static void ThrowIfInvalid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsValid(name))
            throw new ArgumentException(
                "A stream's name has 1 to 255 bytes of UTF-8 and no control characters.",
                nameof(name));
    }
}
