using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace P2PStream.Discovery;

/// <summary>
/// A routing table between two runs. Layout: "P2PSDHT" and the version byte 1; the number of nodes
/// (2 bytes, big-endian); the nodes, each as one byte 4 or 6 and its 26 or 38 compact bytes; the
/// first 8 bytes of SHA-256 over all before. Our own ID is not in it: a new run has a new one.
/// </summary>
internal static class SavedTable
{
    /// <summary>Most nodes saved and restored; a table holds about as many at most.</summary>
    public const int MaxNodes = 512;

    private const int HeadBytes = 10;
    private const int CheckBytes = 8;

    private static ReadOnlySpan<byte> Magic => "P2PSDHT\u0001"u8;

    /// <summary>True when bytes begin as one does.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Magic);

    public static byte[] Write(IEnumerable<CompactNode> nodes)
    {
        var buffer = new byte[HeadBytes + MaxNodes * (1 + CompactNode.Size6) + CheckBytes];
        Magic.CopyTo(buffer);
        var (count, length) = (0, HeadBytes);
        foreach (var node in nodes.Take(MaxNodes))
        {
            buffer[length++] = (byte)(node.EndPoint.IsIPv4 ? 4 : 6);
            node.Id.CopyTo(buffer.AsSpan(length));
            length += NodeId.Size;
            length += node.EndPoint.WriteCompact(buffer.AsSpan(length));
            count++;
        }

        BinaryPrimitives.WriteUInt16BigEndian(buffer.AsSpan(Magic.Length), (ushort)count);
        Check(buffer.AsSpan(0, length), buffer.AsSpan(length, CheckBytes));
        return buffer[..(length + CheckBytes)];
    }

    /// <summary>Reads all nodes or none.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> saved, List<CompactNode> nodes, [NotNullWhen(false)] out string? error)
    {
        nodes.Clear();
        error = ErrorOf(saved);
        if (error is not null) return false;
        var count = BinaryPrimitives.ReadUInt16BigEndian(saved[Magic.Length..]);
        var rest = saved[HeadBytes..^CheckBytes];
        while (!rest.IsEmpty && nodes.Count < count)
        {
            var size = rest[0] == 4 ? CompactNode.Size4 : CompactNode.Size6;
            rest = rest[1..];
            if (!CompactNode.TryTake(ref rest, size, out var node)) break;
            nodes.Add(node);
        }

        if (nodes.Count == count && rest.IsEmpty) return true;
        nodes.Clear();
        error = "The saved routing table names another number of nodes than it has.";
        return false;
    }

    private static string? ErrorOf(ReadOnlySpan<byte> saved)
    {
        var name = Magic[..^1];
        if (saved.Length < HeadBytes + CheckBytes || !saved.StartsWith(name))
            return "This is no saved routing table.";
        if (saved[name.Length] != Magic[^1])
            return $"The saved routing table is of version {saved[name.Length]}, not 1.";
        Span<byte> check = stackalloc byte[CheckBytes];
        Check(saved[..^CheckBytes], check);
        if (!check.SequenceEqual(saved[^CheckBytes..]))
            return "The saved routing table is damaged: its checksum is wrong.";
        return BinaryPrimitives.ReadUInt16BigEndian(saved[Magic.Length..]) > MaxNodes
            ? $"The saved routing table has more than {MaxNodes} nodes."
            : null;
    }

    private static void Check(ReadOnlySpan<byte> bytes, Span<byte> check)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        digest[..CheckBytes].CopyTo(check);
    }
}
