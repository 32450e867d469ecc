using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using P2PStream.Discovery;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>A stream's item as the DHT keeps it (BEP 44): under the root key, with a salt of the stream,
/// its value one bencoded string.</summary>
internal static class StreamItems
{
    /// <summary>Signs the item of what holds now. Its version is the epoch.</summary>
    public static DhtItem Sign(
        RootKey key, VerifiedAuthority authority, IReadOnlyList<string> addresses, StreamSecret? secret)
    {
        var value = Bencode(StreamItem.Seal(
            authority, addresses, RandomNumberGenerator.GetBytes(StreamItem.NonceBytes), secret));
        var salt = StreamItem.SaltOf(authority.Delegation.Stream, secret);
        long version = authority.Delegation.Epoch;
        var message = new byte[DhtItem.MaxSignedBytes];
        var length = DhtItem.WriteSigned(salt, version, value, message);
        var signature = key.SignDhtItem(message.AsSpan(0, length));
        return DhtItem.TryVerify(
            key.PublicKey.ToArray(), salt, version, value, signature, out var item)
            ? item
            : throw new InvalidOperationException("The root key cannot sign.");
    }

    /// <summary>Reads an item; null when it is not this stream's.</summary>
    public static StreamItem? Open(
        DhtItem item, Hash256 rootKey, string name, StreamSecret? secret)
    {
        var value = item.Value.Span;
        var colon = value.IndexOf((byte)':');
        return colon > 0
            && StreamItem.TryOpen(value[(colon + 1)..], rootKey, name, out var opened, secret)
            ? opened
            : null;
    }

    private static byte[] Bencode(byte[] bytes) =>
    [
        .. Encoding.ASCII.GetBytes(bytes.Length.ToString(CultureInfo.InvariantCulture)), (byte)':',
        .. bytes,
    ];
}
