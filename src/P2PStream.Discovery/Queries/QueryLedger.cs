namespace P2PStream.Discovery;

/// <summary>
/// The queries that are under way: gives each an unguessable transaction ID, takes replies only
/// from the endpoint that was asked, and says when one is late. At any moment every query has the
/// same three time-outs, a stranger's ping the first two, so three queues in order of sending are
/// all the timers there are.
/// </summary>
internal sealed class QueryLedger(
    KademliaOptions options, SeededRandom random, DhtCounters counters)
{
    /// <summary>Queries under way at once; maintenance pauses above half of it.</summary>
    public const int MaxPending = 1024;

    private const int Stages = 3;

    private readonly Dictionary<uint, PendingQuery> _pending = [];
    private readonly Queue<PendingQuery>[] _queues = [new(), new(), new()];
    private readonly RoundTripEstimate _roundTrips = new(options);

    public int Count => _pending.Count;

    public bool IsBusy => Count >= MaxPending / 2;

    public bool IsFull => Count >= MaxPending;

    public PendingQuery Add(DhtEndPoint to, KrpcMethod method, TimeSpan now, Lookup? lookup = null,
        LookupCandidate? candidate = null, bool isIntroduction = false)
    {
        uint transaction;
        do transaction = random.NextUInt32();
        while (_pending.ContainsKey(transaction));
        var query = new PendingQuery
        {
            Transaction = transaction,
            To = to,
            Method = method,
            Sent = now,
            Lookup = lookup,
            Candidate = candidate,
            IsIntroduction = isIntroduction,
        };
        _pending.Add(transaction, query);
        for (var stage = 0; stage <= (int)LastOf(query); stage++) _queues[stage].Enqueue(query);
        return query;
    }

    /// <summary>Settles the query that a reply or error belongs to.</summary>
    public bool TrySettle(
        uint transaction, DhtEndPoint from, TimeSpan now, out PendingQuery? query)
    {
        if (!_pending.TryGetValue(transaction, out query) || query.To != from)
        {
            counters.Drop(query is null ? DhtDrop.Unsolicited : DhtDrop.WrongEndPoint);
            return false;
        }

        Settle(query);
        _roundTrips.Measured(now - query.Sent);
        return true;
    }

    /// <summary>Takes the next time-out that is due; the last settles its query.</summary>
    public bool TryTakeTimeout(TimeSpan now, out QueryTimeout timeout, out PendingQuery? query)
    {
        for (var stage = 0; stage < Stages; stage++)
        {
            Trim(_queues[stage]);
            if (!_queues[stage].TryPeek(out query) || query.Sent + After(stage) > now) continue;
            _queues[stage].Dequeue();
            timeout = (QueryTimeout)stage;
            if (timeout != LastOf(query)) return true;
            counters.TimeOuts++;
            Settle(query);
            return true;
        }

        (timeout, query) = (default, null);
        return false;
    }

    public TimeSpan? NextTimeout
    {
        get
        {
            TimeSpan? next = null;
            for (var stage = 0; stage < Stages; stage++)
            {
                Trim(_queues[stage]);
                if (!_queues[stage].TryPeek(out var query)) continue;
                var due = query.Sent + After(stage);
                if (next is null || due < next) next = due;
            }

            return next;
        }
    }

    // A stranger is not waited for any longer than for a look-up: who forges addresses must not fill
    // the ledger.
    private static QueryTimeout LastOf(PendingQuery query) =>
        query.IsIntroduction ? QueryTimeout.Patience : QueryTimeout.Hard;

    private TimeSpan After(int stage) => (QueryTimeout)stage switch
    {
        QueryTimeout.Soft => _roundTrips.Soft,
        QueryTimeout.Patience => _roundTrips.Patience,
        _ => options.HardTimeout,
    };

    private void Settle(PendingQuery query)
    {
        query.IsSettled = true;
        _pending.Remove(query.Transaction);
    }

    private static void Trim(Queue<PendingQuery> queue)
    {
        while (queue.TryPeek(out var first) && first.IsSettled) queue.Dequeue();
    }
}
