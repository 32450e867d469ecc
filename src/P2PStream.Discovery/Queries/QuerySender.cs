namespace P2PStream.Discovery;

/// <summary>Writes our queries and enters them in the ledger.</summary>
internal sealed class QuerySender(LocalIdentity self, KademliaOptions options, QueryLedger ledger,
    Outbox outbox, DhtCounters counters)
{
    /// <summary>Whose nodes to ask for, beside those of our own family.</summary>
    public KrpcWant Want { get; set; }

    /// <summary>True when a query of an operation can be sent.</summary>
    public bool HasRoom => !ledger.IsFull && !outbox.IsFull;

    /// <summary>Pings for a host. False when too much is under way; nothing was sent
    /// then.</summary>
    public bool TryPing(DhtEndPoint to, DhtOperation operation, TimeSpan now)
    {
        if (!HasRoom) return false;
        var query = ledger.Add(to, KrpcMethod.Ping, now);
        query.Ping = operation;
        Send(query, new KrpcQuery());
        return true;
    }

    /// <summary>Pings for the node's own sake, which leaves half of the room to the host.</summary>
    public bool TryPing(DhtEndPoint to, TimeSpan now, bool isIntroduction = false)
    {
        if (!HasRoom || ledger.IsBusy) return false;
        var query = ledger.Add(to, KrpcMethod.Ping, now, isIntroduction: isIntroduction);
        Send(query, new KrpcQuery());
        return true;
    }

    /// <summary>Asks a candidate what its look-up wants to know.</summary>
    public bool TryAsk(Lookup lookup, LookupCandidate candidate, TimeSpan now)
    {
        if (!HasRoom) return false;
        var request = lookup.Request;
        var query = ledger.Add(candidate.EndPoint, request.Method, now, lookup, candidate);
        Send(query, new KrpcQuery
        {
            Target = request.Target,
            IsScrape = request.Kind == LookupKind.Scrape,
            Want = Want,
        });
        return true;
    }

    /// <summary>Gives a candidate what its look-up wants to store.</summary>
    public bool TryStore(Lookup lookup, LookupCandidate candidate, TimeSpan now)
    {
        if (!HasRoom) return false;
        var request = lookup.Request;
        var method =
            request.Kind == LookupKind.PutItem ? KrpcMethod.Put : KrpcMethod.AnnouncePeer;
        var query = ledger.Add(candidate.EndPoint, method, now, lookup, candidate);
        Send(query, new KrpcQuery
        {
            Target = request.Target,
            Token = candidate.Token,
            Port = request.Port,
            IsSeed = request.IsSeed,
            Item = request.Item,
            Cas = request.Cas,
        });
        return true;
    }

    private void Send(PendingQuery pending, KrpcQuery query)
    {
        query.Method = pending.Method;
        query.Transaction = pending.Transaction;
        query.Self = self.Id;
        query.IsReadOnly = options.IsReadOnly;
        outbox.Send(KrpcWriter.WriteQuery(outbox.Start(), query), pending.To);
        counters.QuerySent(pending.Method);
    }
}
