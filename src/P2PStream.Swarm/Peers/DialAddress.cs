namespace P2PStream.Swarm;

/// <summary>Where a peer can be dialled; only the transport with that tag reads the value.</summary>
/// <param name="Tag">The transport's tag.</param>
/// <param name="Value">The transport's own text.</param>
public readonly record struct DialAddress(string Tag, string Value);
