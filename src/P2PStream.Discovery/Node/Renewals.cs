namespace P2PStream.Discovery;

/// <summary>Announces and items that a host wants kept: each is stored again after its pause;
/// sooner while the routing table has grown much since, because the nearest nodes are others then;
/// and soon, with growing pauses, while it has reached nobody.</summary>
internal sealed class Renewals(KademliaOptions options, SeededRandom random, Reports reports)
{
    /// <summary>How soon after the last time there may be a reason, at the earliest.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(10);

    private readonly List<Renewal> _renewals = [];

    public TimeSpan? NextWakeUp
    {
        get
        {
            TimeSpan? next = null;
            foreach (var renewal in _renewals)
            {
                if (next is null || renewal.Due < next) next = renewal.Due;
            }

            return next;
        }
    }

    public void Add(DhtOperation operation, LookupRequest request, int tableSize, TimeSpan now)
    {
        var renewal = new Renewal(operation, request);
        Schedule(renewal, tableSize, now);
        _renewals.Add(renewal);
    }

    public void Cancel(DhtOperation operation) =>
        _renewals.RemoveAll(renewal => renewal.Operation == operation);

    /// <summary>Takes one that is due; false when none is.</summary>
    public bool TryTakeDue(
        int tableSize, TimeSpan now, out DhtOperation operation, out LookupRequest? request)
    {
        (operation, request) = (default, null);
        foreach (var renewal in _renewals)
        {
            if (renewal.Due > now) continue;
            var hasFailed = reports.HasReachedNobody(renewal.Operation);
            var isDue = renewal.Full <= now || HasGrown(renewal, tableSize)
                || (hasFailed && (renewal.Retry <= now || tableSize > renewal.TableSize));
            if (!isDue)
            {
                renewal.Due = Min(now + LeastInterval, renewal.Full);
                continue;
            }

            renewal.RetryPause = hasFailed
                ? Min(renewal.RetryPause * 2, PauseOf(renewal.Request))
                : LeastInterval;
            Schedule(renewal, tableSize, now);
            (operation, request) = (renewal.Operation, renewal.Request);
            return true;
        }

        return false;
    }

    private bool HasGrown(Renewal renewal, int tableSize) =>
        tableSize >= 2 * renewal.TableSize + options.BucketSize;

    private TimeSpan PauseOf(LookupRequest request) =>
        request.Kind == LookupKind.PutItem ? options.PutInterval : options.AnnounceInterval;

    private void Schedule(Renewal renewal, int tableSize, TimeSpan now)
    {
        // A tenth earlier at most, so that hosts which started together do not stay together.
        renewal.Full = now + PauseOf(renewal.Request) * (1 - random.Next(1000) / 10_000.0);
        renewal.TableSize = tableSize;
        renewal.Retry = now + renewal.RetryPause;
        renewal.Due = Min(now + LeastInterval, renewal.Full);
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private sealed class Renewal(DhtOperation operation, LookupRequest request)
    {
        public DhtOperation Operation { get; } = operation;

        public LookupRequest Request { get; } = request;

        /// <summary>When to look at it next.</summary>
        public TimeSpan Due { get; set; }

        /// <summary>When it is stored again in any case.</summary>
        public TimeSpan Full { get; set; }

        /// <summary>When it is stored again if it has reached nobody.</summary>
        public TimeSpan Retry { get; set; }

        public TimeSpan RetryPause { get; set; } = LeastInterval;

        public int TableSize { get; set; }
    }
}
