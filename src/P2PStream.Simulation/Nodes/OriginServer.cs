namespace P2PStream.Simulation;

/// <summary>An origin in virtual time: its requests share one rate, block by block in turn.</summary>
internal sealed class OriginServer(VirtualClock clock, OriginScenario origin, NetworkModel network) : IEventTarget
{
    private const int RequestCame = 1;
    private const int CancelCame = 2;
    private const int BlockLeft = 3;

    /// <summary>The least one-way latency.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(0.1);

    private readonly TimeSpan _halfLatency = HalfLatency(origin);
    private readonly Queue<Service> _ready = [];
    private readonly Dictionary<OriginFetch, Service> _byFetch = [];
    private bool _isBusy;

    /// <summary>Bytes of blocks sent to viewers that are not hostile: what a staller fetches for itself is no
    /// copy that the swarm could have spared.</summary>
    public long BytesServed { get; private set; }

    public int Requests { get; private set; }

    /// <summary>From a node to the origin, or back.</summary>
    public static TimeSpan HalfLatency(OriginScenario origin)
    {
        var half = TimeSpan.FromMilliseconds(origin.LatencyMilliseconds / 2);
        return half > Shortest ? half : Shortest;
    }

    /// <summary>A node asks.</summary>
    public void Ask(OriginFetch fetch) => Hear(fetch, RequestCame);

    /// <summary>A node wants no more of what it asked for.</summary>
    public void Cancel(OriginFetch fetch) => Hear(fetch, CancelCame);

    public void Happen(int what, object? data)
    {
        switch (what)
        {
            case RequestCame:
                Requests++;
                var service = new Service((OriginFetch)data!);
                _byFetch.Add(service.Fetch, service);
                _ready.Enqueue(service);
                break;
            case CancelCame:
                if (_byFetch.Remove((OriginFetch)data!, out var cancelled)) cancelled.IsCancelled = true;
                break;
            case BlockLeft:
                _isBusy = false;
                Leave((Service)data!);
                break;
        }

        Serve();
    }

    private void Hear(OriginFetch fetch, int what)
    {
        var from = fetch.Node.Clock;
        from.Send(clock, from.Now + _halfLatency, this, what, fetch);
    }

    private void Serve()
    {
        while (!_isBusy && _ready.TryDequeue(out var service))
        {
            if (service.IsCancelled) continue;
            if (network.IsOriginDown(clock.Now))
            {
                Tell(service, OriginFetch.ErrorCame);
                _byFetch.Remove(service.Fetch);
                continue;
            }

            _isBusy = true;
            clock.After(Wire.Time(service.NextLength, origin.BitsPerSecond), this, BlockLeft, service);
        }
    }

    private void Leave(Service service)
    {
        if (service.IsCancelled) return;
        if (service.Fetch.Node.Role.Class.Kind == NodeKind.Viewer) BytesServed += service.NextLength;
        service.Sent++;
        Tell(service, OriginFetch.BlockReached);
        if (service.Sent < service.Fetch.Run.Blocks.Count) _ready.Enqueue(service);
        else _byFetch.Remove(service.Fetch);
    }

    private void Tell(Service service, int what) =>
        clock.Send(service.Fetch.Node.Clock, clock.Now + _halfLatency, service.Fetch, what);

    /// <summary>A request as the origin sees it.</summary>
    private sealed class Service(OriginFetch fetch)
    {
        public OriginFetch Fetch => fetch;

        /// <summary>Blocks that have left the origin.</summary>
        public int Sent { get; set; }

        public bool IsCancelled { get; set; }

        public int NextLength => fetch.Run.Blocks[Sent].Lease.Length;
    }
}
