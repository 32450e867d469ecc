namespace P2PStream.Discovery;

/// <summary>
/// Our own endpoint as others see it (key <c>ip</c> of their replies, BEP 42). One node may lie:
/// two on different networks must agree on the address, except on loopback, where nobody is far
/// away. Each network has one vote among the latest; an address that is known gives way only to one
/// that has more votes. Behind a NAT each may see another port: most of the votes for the address
/// say which is told.
/// </summary>
internal sealed class ObservedAddress
{
    private const int MaxVotes = 16;
    private const int NeededVotes = 2;

    private readonly List<(ulong Network, DhtEndPoint Seen)> _votes = [];

    /// <summary>Null until it is known.</summary>
    public DhtEndPoint? EndPoint { get; private set; }

    /// <summary>Hears what a node says of us; true when our address is another now.</summary>
    public bool Tell(ReadOnlySpan<byte> compact, DhtEndPoint by)
    {
        if (!DhtEndPoint.TryReadCompact(compact, out var seen) || !seen.IsUsable) return false;
        if (seen.IsIPv4 != by.IsIPv4) return false;
        Vote(by.Network, seen);
        var host = seen.Host;
        var isOther = EndPoint?.Host != host;
        if (isOther && !IsBelieved(host, seen.IsLoopback && by.IsLoopback)) return false;
        EndPoint = host.WithPort(PortOf(host));
        return isOther;
    }

    private void Vote(ulong network, DhtEndPoint seen)
    {
        // The voter's earlier word is taken back.
        _votes.RemoveAll(vote => vote.Network == network);
        _votes.Add((network, seen));
        if (_votes.Count > MaxVotes) _votes.RemoveAt(0);
    }

    private bool IsBelieved(DhtEndPoint host, bool isBetweenNeighbours) => isBetweenNeighbours
        || Votes(host) >= Math.Max(NeededVotes, EndPoint is { } known ? Votes(known.Host) + 1 : 0);

    private int Votes(DhtEndPoint host)
    {
        var votes = 0;
        foreach (var vote in _votes) votes += vote.Seen.Host == host ? 1 : 0;
        return votes;
    }

    /// <summary>The port that most see at an address; of equals the latest.</summary>
    private ushort PortOf(DhtEndPoint host)
    {
        var (port, most) = ((ushort)0, 0);
        for (var i = _votes.Count - 1; i >= 0; i--)
        {
            var seen = _votes[i].Seen;
            if (seen.Host != host) continue;
            var votes = 0;
            foreach (var vote in _votes) votes += vote.Seen == seen ? 1 : 0;
            if (votes > most) (port, most) = (seen.Port, votes);
        }

        return port;
    }
}
