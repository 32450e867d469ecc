using System.Globalization;
using System.Text;
using P2PStream.Discovery;

namespace P2PStream.Tool.Commands;

/// <summary>Values of items (BEP 44): bencoded, and as people write them.</summary>
internal static class DhtValue
{
    /// <summary>Bytes as a bencoded string.</summary>
    public static byte[] Bencode(byte[] bytes) =>
    [
        .. Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture)), (byte)':',
        .. bytes,
    ];

    /// <summary>The bytes of a value that is one string; another one as it is.</summary>
    public static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> value) =>
        value[0] is >= (byte)'0' and <= (byte)'9' ? value[(value.IndexOf((byte)':') + 1)..] : value;

    /// <summary>Says in one line what is wrong with a value that cannot be kept.</summary>
    /// <exception cref="ToolException">It cannot.</exception>
    public static void Check(byte[] value)
    {
        if (value.Length > DhtItem.MaxValueBytes)
        {
            throw ToolException.BadInput(
                $"the value has {value.Length} bytes with its encoding; nodes keep {DhtItem.MaxValueBytes}");
        }

        try
        {
            DhtItem.Immutable(value);
        }
        catch (ArgumentException)
        {
            throw ToolException.BadInput("--bencoded: the value is not canonical bencoding");
        }
    }
}
