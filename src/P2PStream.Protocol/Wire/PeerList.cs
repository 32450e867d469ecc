using System.Buffers.Binary;
using System.Text;

namespace P2PStream.Protocol;

/// <summary>The payload of a peers frame: <c>count u16</c>, then for each address <c>age u16, tag
/// length u8, tag, value length u8, value</c>.</summary>
public static class PeerList
{
    /// <summary>Bytes before the first address.</summary>
    public const int HeadSize = 2;

    private const int MaximumTagLength = 16;
    private const int EntryOverhead = 4;

    /// <summary>Encodes as many of the addresses, in order, as one frame holds.</summary>
    /// <exception cref="ArgumentException">A tag or value that cannot be encoded.</exception>
    public static byte[] Encode(IReadOnlyList<PeerAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var (count, length) = Fit(addresses);
        var bytes = new byte[length];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)count);
        var used = HeadSize;
        for (var i = 0; i < count; i++)
        {
            var (tag, value, age) = addresses[i];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(used), age);
            used = Append(bytes, used + 2, tag);
            used = Append(bytes, used, value);
        }

        return bytes;
    }

    /// <summary>Decodes a payload; false when it is not exactly such a list.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> payload, out IReadOnlyList<PeerAddress>? addresses)
    {
        addresses = null;
        if (payload.Length is < HeadSize or > WireLimits.PeersBytes) return false;
        var count = BinaryPrimitives.ReadUInt16LittleEndian(payload);
        if (count > WireLimits.PeersPerFrame) return false;
        var list = new List<PeerAddress>(count);
        var rest = payload[HeadSize..];
        for (var i = 0; i < count; i++)
        {
            if (rest.Length < 2) return false;
            var age = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            rest = rest[2..];
            if (!TryTake(ref rest, out var tag) || !IsTag(tag)) return false;
            if (!TryTake(ref rest, out var value) || !IsValue(value)) return false;
            list.Add(new PeerAddress(tag, value, age));
        }

        if (!rest.IsEmpty) return false;
        addresses = list;
        return true;
    }

    /// <summary>How many fit, and the bytes that they take with the head.</summary>
    private static (int Count, int Length) Fit(IReadOnlyList<PeerAddress> addresses)
    {
        var (count, length) = (0, HeadSize);
        for (; count < Math.Min(addresses.Count, WireLimits.PeersPerFrame); count++)
        {
            var (tag, value, _) = addresses[count];
            if (!IsTag(tag) || !IsValue(value))
                throw new ArgumentException($"The address {tag}:{value} cannot be encoded.");
            var more = EntryOverhead + tag.Length + value.Length;
            if (length + more > WireLimits.PeersBytes) break;
            length += more;
        }

        return (count, length);
    }

    private static int Append(byte[] bytes, int at, string text)
    {
        bytes[at] = (byte)text.Length;
        return at + 1 + Encoding.ASCII.GetBytes(text, bytes.AsSpan(at + 1));
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (rest.IsEmpty || rest.Length < 1 + rest[0]) return false;
        var bytes = rest.Slice(1, rest[0]);
        rest = rest[(1 + bytes.Length)..];
        if (bytes.ContainsAnyExceptInRange((byte)'!', (byte)'~')) return false;
        text = Encoding.ASCII.GetString(bytes);
        return true;
    }

    private static bool IsTag(string tag)
    {
        if (tag.Length is 0 or > MaximumTagLength) return false;
        foreach (var c in tag)
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) return false;
        return true;
    }

    private static bool IsValue(string value) =>
        value.Length is > 0 and <= byte.MaxValue
        && !value.AsSpan().ContainsAnyExceptInRange('!', '~');
}
