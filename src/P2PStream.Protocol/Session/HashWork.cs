namespace P2PStream.Protocol;

/// <summary>A block to hash: give its leaf hash back by <see cref="PeerSession.Complete"/>.</summary>
/// <param name="Token">Names the work.</param>
/// <param name="Lease">The bytes, borrowed: no reference passes.</param>
public readonly record struct HashWork(uint Token, Lease Lease);
