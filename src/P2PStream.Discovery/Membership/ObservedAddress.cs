namespace P2PStream.Discovery;

/// <summary>
/// Our own endpoint as others see it (key <c>ip</c> of their replies, BEP 42). One node may lie:
/// two on different networks must agree, except on loopback, where nobody is far away. Each
/// network has one vote among the latest; an address that is known gives way only to one that has
/// more votes.
/// </summary>
internal sealed class ObservedAddress
{
    private const int MaxVotes = 16;
    private const int NeededVotes = 2;

    private readonly Queue<(ulong Network, DhtEndPoint Seen)> _votes = new();

    /// <summary>Null until it is known.</summary>
    public DhtEndPoint? EndPoint { get; private set; }

    /// <summary>Hears what a node says of us; true when our address is another now.</summary>
    public bool Tell(ReadOnlySpan<byte> compact, DhtEndPoint by)
    {
        if (!DhtEndPoint.TryReadCompact(compact, out var seen) || !seen.IsUsable) return false;
        if (seen.IsIPv4 != by.IsIPv4) return false;
        Vote(by.Network, seen);
        if (seen == EndPoint) return false;
        var isBetween = seen.IsLoopback && by.IsLoopback;
        if (!isBetween && Votes(seen) < NeededVotes) return false;
        if (!isBetween && EndPoint is { } known && Votes(seen) <= Votes(known)) return false;
        var isOther = EndPoint?.Host != seen.Host;
        EndPoint = seen;
        return isOther;
    }

    private void Vote(ulong network, DhtEndPoint seen)
    {
        // The voter's earlier word is taken back.
        var count = _votes.Count;
        for (var i = 0; i < count; i++)
        {
            var vote = _votes.Dequeue();
            if (vote.Network != network) _votes.Enqueue(vote);
        }

        _votes.Enqueue((network, seen));
        if (_votes.Count > MaxVotes) _votes.Dequeue();
    }

    private int Votes(DhtEndPoint seen)
    {
        var votes = 0;
        foreach (var vote in _votes) votes += vote.Seen == seen ? 1 : 0;
        return votes;
    }
}
