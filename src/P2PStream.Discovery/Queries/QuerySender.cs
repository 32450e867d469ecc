namespace P2PStream.Discovery;

/// <summary>Writes our queries and enters them in the ledger.</summary>
internal sealed class QuerySender(NodeId self, QueryLedger ledger, Outbox outbox)
{
    /// <summary>False when too much is under way; nothing was sent then.</summary>
    public bool TryPing(DhtEndPoint to, TimeSpan now)
    {
        if (ledger.IsBusy || outbox.IsFull) return false;
        Send(ledger.Add(to, KrpcMethod.Ping, now), default);
        return true;
    }

    /// <summary>Asks a candidate what its look-up wants to know.</summary>
    public bool TryAsk(Lookup lookup, LookupCandidate candidate, TimeSpan now)
    {
        if (ledger.IsFull || outbox.IsFull) return false;
        var method = lookup.Kind == LookupKind.FindNode
            ? KrpcMethod.FindNode
            : KrpcMethod.GetPeers;
        Send(ledger.Add(candidate.EndPoint, method, now, lookup, candidate), lookup.Target);
        return true;
    }

    public bool TryAnnounce(Lookup lookup, LookupCandidate candidate, TimeSpan now)
    {
        if (ledger.IsFull || outbox.IsFull) return false;
        var query =
            ledger.Add(candidate.EndPoint, KrpcMethod.AnnouncePeer, now, lookup, candidate);
        Send(query, lookup.Target, candidate.Token, lookup.Port);
        return true;
    }

    private void Send(PendingQuery query, NodeId target, ReadOnlySpan<byte> token = default,
        ushort port = 0)
    {
        var datagram = outbox.Rent();
        var length = KrpcWriter.WriteQuery(
            datagram.Buffer, query.Method, query.Transaction, self, target, token, port);
        outbox.Send(datagram, length, query.To);
    }
}
