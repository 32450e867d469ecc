using System.Buffers.Text;
using P2PStream.Discovery;
using P2PStream.Protocol;

namespace P2PStream.Tool.Input;

/// <summary>Points of a DHT's key space as a user gives them.</summary>
internal static class DhtKeys
{
    private const int PublicKeyBytes = DhtItem.PublicKeyBytes;

    /// <summary>An ID or target: 40 hexadecimal digits.</summary>
    public static NodeId ParseId(string text, string argument) =>
        TryHex(text, NodeId.Size, out var bytes)
            ? new NodeId(bytes)
            : throw ToolException.BadInput(
                $"{argument}: '{text}' is not 40 hexadecimal digits");

    /// <summary>An info-hash, or a stream's link, which has one.</summary>
    public static InfoHash ParseInfoHash(string text, string argument) =>
        text.StartsWith("p2pstream:", StringComparison.Ordinal)
            ? OfLink(Links.Parse(text))
            : TryHex(text, InfoHash.Size, out var bytes)
                ? new InfoHash(bytes)
                : throw ToolException.BadInput(
                    $"{argument}: '{text}' is neither 40 hexadecimal digits nor a link");

    /// <summary>Where an item is kept: its target, or a publisher's key, in hexadecimal digits or as keygen and
    /// links write it, which together with the salt says it.</summary>
    public static NodeId ParseTarget(string text, byte[] salt, string argument) =>
        TryHex(text, PublicKeyBytes, out var key) || TryBase64(text, key)
            ? DhtItem.TargetOf(key, salt)
            : TryHex(text, NodeId.Size, out var target)
                ? new NodeId(target)
                : throw ToolException.BadInput(
                    $"{argument}: '{text}' is neither a target of 40 nor a public key of 64 hexadecimal digits or 43 letters");

    private static InfoHash OfLink(StreamLink link) =>
        StreamInfoHash.Of(link.StreamId, link.Secret);

    private static bool TryBase64(string text, byte[] bytes) =>
        text.Length == Base64Url.GetEncodedLength(bytes.Length) && Base64Url.IsValid(text)
        && Base64Url.TryDecodeFromChars(text, bytes, out _);

    private static bool TryHex(string text, int size, out byte[] bytes)
    {
        bytes = new byte[size];
        return text.Length == 2 * size
            && Convert.FromHexString(text, bytes, out _, out var written)
                == System.Buffers.OperationStatus.Done
            && written == size;
    }
}
