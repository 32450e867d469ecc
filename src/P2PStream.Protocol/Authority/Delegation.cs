namespace P2PStream.Protocol;

/// <summary>The root key's statement that another key signs a stream for a time.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Epoch">Grows with every delegation; the highest seen wins.</param>
/// <param name="Key">The Ed25519 public key that signs catalogs and records.</param>
/// <param name="NotBefore">Unix seconds.</param>
/// <param name="NotAfter">Unix seconds.</param>
public sealed record Delegation(
    StreamId Stream, uint Epoch, Hash256 Key, long NotBefore, long NotAfter);
