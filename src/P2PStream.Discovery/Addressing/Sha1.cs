using System.Security.Cryptography;

namespace P2PStream.Discovery;

/// <summary>SHA-1 as the BEPs prescribe it for places in the key space. What it names is public,
/// and that two items may be made to share a place harms only who made them.</summary>
internal static class Sha1
{
    private const int MaxInput = DhtItem.MaxValueBytes + DhtItem.MaxSaltBytes;

    /// <summary>The hash of two parts, one after the other.</summary>
    public static NodeId Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
        if (second.IsEmpty) return Digest(first, digest);
        if (first.Length + second.Length > MaxInput)
            throw new ArgumentException("The parts are too long.", nameof(first));
        Span<byte> input = stackalloc byte[MaxInput];
        first.CopyTo(input);
        second.CopyTo(input[first.Length..]);
        return Digest(input[..(first.Length + second.Length)], digest);
    }

    private static NodeId Digest(ReadOnlySpan<byte> input, Span<byte> digest)
    {
#pragma warning disable CA5350 // BEPs 33 and 44 name this function.
        SHA1.HashData(input, digest);
#pragma warning restore CA5350
        return new NodeId(digest);
    }
}
