using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Subscriptions that wait for their block to be verified. Bounded per peer.</summary>
internal sealed class ParkedRequests
{
    /// <summary>Subscriptions parked per peer.</summary>
    private const int MaxPerPeer = 512;

    private readonly Dictionary<BlockId, List<Parked>> _byBlock = [];
    private readonly Dictionary<int, Dictionary<uint, BlockId>> _byPeer = [];

    public bool Add(int peer, uint request, BlockId block, TimeSpan deadline)
    {
        if (!_byPeer.TryGetValue(peer, out var own)) _byPeer.Add(peer, own = []);
        if (own.Count >= MaxPerPeer || !own.TryAdd(request, block)) return false;
        if (!_byBlock.TryGetValue(block, out var waiting)) _byBlock.Add(block, waiting = []);
        waiting.Add(new Parked(peer, request, deadline));
        return true;
    }

    public bool Remove(int peer, uint request)
    {
        if (!TryForget(peer, request, out var block)) return false;
        var waiting = _byBlock[block];
        waiting.RemoveAll(parked => parked.Peer == peer && parked.Request == request);
        if (waiting.Count == 0) _byBlock.Remove(block);
        return true;
    }

    public void RemovePeer(int peer)
    {
        if (!_byPeer.TryGetValue(peer, out var own)) return;
        foreach (var request in own.Keys.ToArray()) Remove(peer, request);
    }

    /// <summary>Takes all who wait for a block.</summary>
    public IReadOnlyList<Parked> Take(BlockId block)
    {
        if (!_byBlock.Remove(block, out var waiting)) return [];
        foreach (var parked in waiting) TryForget(parked.Peer, parked.Request, out _);
        return waiting;
    }

    /// <summary>Takes a request out of its peer's.</summary>
    private bool TryForget(int peer, uint request, out BlockId block)
    {
        block = default;
        if (!_byPeer.TryGetValue(peer, out var own) || !own.Remove(request, out block)) return false;
        if (own.Count == 0) _byPeer.Remove(peer);
        return true;
    }

    internal readonly record struct Parked(int Peer, uint Request, TimeSpan Deadline);
}
