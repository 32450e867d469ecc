using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Identities that gave bytes which do not verify. Bounded: the oldest is forgiven.</summary>
internal sealed class BanList
{
    /// <summary>Identities banned at most.</summary>
    private const int MostBanned = 4096;

    private readonly Lock _lock = new();
    private readonly HashSet<PeerId> _banned = [];
    private readonly Queue<PeerId> _order = [];

    public void Add(PeerId id)
    {
        lock (_lock)
        {
            if (_banned.Add(id)) _order.Enqueue(id);
            if (_order.Count > MostBanned) _banned.Remove(_order.Dequeue());
        }
    }

    /// <summary>False for the zero identity, which is anybody's.</summary>
    public bool Contains(PeerId id)
    {
        lock (_lock) return !id.Value.IsZero && _banned.Contains(id);
    }
}
