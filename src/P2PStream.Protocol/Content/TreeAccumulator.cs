using System.Security.Cryptography;

namespace P2PStream.Protocol;

/// <summary>Computes the root of a tree of RFC 6962's shape (a subtree splits at the largest power
/// of two below its size) from leaf hashes added left to right, keeping one hash a level.</summary>
internal ref struct TreeAccumulator
{
    /// <summary>Hashes that the caller's stack holds: enough for 2^31 leaves.</summary>
    public const int StackSize = 32;

    private readonly Span<Hash256> _stack; // roots of perfect subtrees, largest first
    private int _depth;
    private uint _count;

    public TreeAccumulator(Span<Hash256> stack)
    {
        _stack = stack;
    }

    /// <summary>SHA-256 of an inner node.</summary>
    public static Hash256 Join(Hash256 left, Hash256 right)
    {
        Span<byte> input = stackalloc byte[Domains.Size + 2 * Hash256.Size];
        Domains.Node.CopyTo(input);
        left.CopyTo(input[Domains.Size..]);
        right.CopyTo(input[(Domains.Size + Hash256.Size)..]);
        Span<byte> digest = stackalloc byte[Hash256.Size];
        SHA256.HashData(input, digest);
        return new Hash256(digest);
    }

    /// <summary>Adds the next leaf.</summary>
    public void Add(Hash256 leaf)
    {
        // The set bits of the count are the perfect subtrees on the stack; adding a leaf carries.
        for (var bits = _count; (bits & 1) == 1; bits >>= 1) leaf = Join(_stack[--_depth], leaf);
        _stack[_depth++] = leaf;
        _count++;
    }

    /// <summary>The root over what was added; a constant of its own for nothing.</summary>
    public Hash256 Root()
    {
        if (_depth == 0) return DomainHash.Of(Domains.Empty, default);
        var root = _stack[_depth - 1];
        for (var i = _depth - 2; i >= 0; i--) root = Join(_stack[i], root);
        return root;
    }
}
