using System.Security.Cryptography;
using P2PStream.Discovery;

namespace P2PStream.Fuzz;

/// <summary>A saved routing table, as it is and with its checksum put right: nodes or one line of
/// error, and what was read is written the same.</summary>
public sealed class SavedTableTarget : IFuzzTarget
{
    private const int CheckBytes = 8;

    /// <inheritdoc/>
    public string Name => "saved-table";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        Read(input);
        if (input.Length < CheckBytes) return;
        var mended = input.ToArray();
        SHA256.HashData(input[..^CheckBytes]).AsSpan(0, CheckBytes)
            .CopyTo(mended.AsSpan(mended.Length - CheckBytes));
        Read(mended);
    }

    private static void Read(ReadOnlySpan<byte> saved)
    {
        List<CompactNode> nodes = [];
        var node = new KademliaNode(
            new KademliaOptions { Families = DhtFamilies.Both }, default, 1);
        var isRead = SavedTable.TryRead(saved, nodes, out var error);
        if (isRead != node.TryRestore(saved, TimeSpan.Zero, out _))
            throw new InvalidOperationException("Two readings disagree.");
        if (!isRead && (error is null || error.Contains('\n', StringComparison.Ordinal)))
            throw new InvalidOperationException("No line of error.");
        node.Tick(TimeSpan.Zero);
        List<CompactNode> again = [];
        if (isRead && !(SavedTable.TryRead(SavedTable.Write(nodes), again, out _)
            && nodes.SequenceEqual(again)))
            throw new InvalidOperationException("Written otherwise than read.");
    }
}
