using System.Buffers;
using System.Buffers.Text;

namespace P2PStream.Protocol;

/// <summary>Base64url (RFC 4648, section 5) without padding, strictly: one text for one
/// value.</summary>
internal static class Base64Text
{
    /// <summary>Decodes a text that fills the destination exactly. Refuses white space, padding and
    /// set spare bits, not all of which the platform's decoder refuses.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (text.Length != Base64Url.GetEncodedLength(destination.Length)) return false;
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')) return false;
        }

        // The form with a bool for a result throws on spare bits that are set.
        var status = Base64Url.DecodeFromChars(text, destination, out _, out var written);
        if (status != OperationStatus.Done || written != destination.Length) return false;
        var again = new char[text.Length];
        return Base64Url.TryEncodeToChars(destination, again, out _) && text.SequenceEqual(again);
    }
}
