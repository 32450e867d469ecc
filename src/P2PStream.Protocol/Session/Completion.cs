namespace P2PStream.Protocol;

/// <summary>Work that a session gave out by <see cref="PeerSession.TryTakeWork"/> and that is done: a
/// block's leaf hash.</summary>
/// <param name="Token">As given out.</param>
/// <param name="Digest">The leaf hash of the lease's bytes, by <see cref="ContentTree.HashLeaf"/>.</param>
public readonly record struct Completion(uint Token, Hash256 Digest);
