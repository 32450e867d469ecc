using System.Security.Cryptography;
using System.Text;

namespace P2PStream.Protocol.Tests.Content;

/// <summary>The hashes of docs/content-encodings.md written a second time, the slow and plain way:
/// recursion over concatenated arrays, as RFC 6962 section 2.1 defines a tree.</summary>
internal static class ReferenceTree
{
    public static Hash256 Hash(string domain, params byte[][] pieces)
    {
        var padded = new byte[64];
        Encoding.ASCII.GetBytes(domain).CopyTo(padded, 0);
        return new Hash256(SHA256.HashData([.. padded, .. pieces.SelectMany(piece => piece)]));
    }

    public static Hash256 Tree(IReadOnlyList<Hash256> leaves)
    {
        if (leaves.Count == 0) return Hash("P2PStream empty tree v1");
        if (leaves.Count == 1) return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Count) split *= 2;
        return Hash(
            "P2PStream node v1",
            Tree([.. leaves.Take(split)]).ToArray(), Tree([.. leaves.Skip(split)]).ToArray());
    }

    public static Hash256 Part(IReadOnlyList<Hash256> leaves, int length) => Hash(
        "P2PStream part v1", BitConverter.GetBytes(length), Tree(leaves).ToArray());

    public static Hash256 Segment(IReadOnlyList<PartDigest> parts) => Hash(
        "P2PStream segment v1", BitConverter.GetBytes(parts.Count),
        Tree([.. parts.Select(PartOfSegment)]).ToArray());

    private static Hash256 PartOfSegment(PartDigest part) => Hash(
        "P2PStream part of segment v1", BitConverter.GetBytes(part.Length), part.Root.ToArray());

    /// <summary>A hash that stands for nothing but its number.</summary>
    public static Hash256 Numbered(int number) =>
        new(SHA256.HashData(Encoding.ASCII.GetBytes($"hash {number}")));
}
