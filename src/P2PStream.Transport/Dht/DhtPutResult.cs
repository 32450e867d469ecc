using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>How storing an item went.</summary>
/// <param name="Stored">Nodes that keep it now.</param>
/// <param name="Conflicts">Nodes that refused it: they keep another version than the one to be
/// replaced, or a newer one.</param>
/// <param name="Newer">A newer version that was found; nothing was stored then.</param>
public readonly record struct DhtPutResult(int Stored, int Conflicts, DhtItem? Newer);
