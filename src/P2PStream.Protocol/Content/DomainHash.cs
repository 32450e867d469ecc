using System.Security.Cryptography;
using Microsoft.Extensions.ObjectPool;

namespace P2PStream.Protocol;

/// <summary>SHA-256 over a domain string and the bytes after it, without copying them
/// together.</summary>
internal static class DomainHash
{
    // A native hash state per call would cost an allocation per block. The pool is thread-safe,
    // bounded, and holds nothing that outlives a call: GetHashAndReset leaves each state as it was
    // made.
    private static readonly ObjectPool<IncrementalHash> s_states =
        new DefaultObjectPoolProvider().Create(new StatePolicy());

    /// <summary>SHA-256(domain || first || second).</summary>
    public static Hash256 Of(
        byte[] domain, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var state = s_states.Get();
        state.AppendData(domain);
        state.AppendData(first);
        if (!second.IsEmpty) state.AppendData(second);
        Span<byte> digest = stackalloc byte[Hash256.Size];
        state.GetHashAndReset(digest);
        s_states.Return(state);
        return new Hash256(digest);
    }

    private sealed class StatePolicy : PooledObjectPolicy<IncrementalHash>
    {
        public override IncrementalHash Create() =>
            IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool Return(IncrementalHash obj) => true;
    }
}
