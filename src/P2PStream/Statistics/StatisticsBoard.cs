using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>Turns a swarm's counters into snapshots that any thread may read. Written by the swarm's loop.</summary>
internal sealed class StatisticsBoard(TimeProvider time)
{
    /// <summary>Segments remembered.</summary>
    private const int MostDeliveries = 512;

    /// <summary>Weight of the newest interval in a rate.</summary>
    private const double Weight = 0.3;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<SegmentId, Tally> _open = [];
    private readonly Dictionary<int, Rates> _rates = [];

    /// <summary>Guarded by itself: any thread may ask for a copy.</summary>
    private readonly Queue<SegmentDelivery> _deliveries = [];
    private TimeSpan _next;
    private TimeSpan _last;
    private volatile SwarmStatistics _statistics = SwarmStatistics.Empty;

    public SwarmStatistics Statistics => _statistics;

    public IReadOnlyList<SegmentDelivery> Recent
    {
        get
        {
            lock (_deliveries) return [.. _deliveries];
        }
    }

    public void Delivered(in SwarmEffect effect, string giver)
    {
        if (!_open.TryGetValue(effect.Block.Segment, out var tally))
            _open.Add(effect.Block.Segment, tally = new Tally());
        tally.Add(effect.Origin, giver, effect.Length);
    }

    public void Completed(SegmentId segment)
    {
        if (!_open.Remove(segment, out var tally)) return;
        var delivery = tally.ToDelivery(segment, time.GetUtcNow());
        lock (_deliveries)
        {
            _deliveries.Enqueue(delivery);
            if (_deliveries.Count > MostDeliveries) _deliveries.Dequeue();
        }
    }

    public void Refresh(StreamSwarm swarm, TimeSpan now, bool force = false)
    {
        if (now < _next && !force) return;
        var elapsed = (now - _last).TotalSeconds;
        _next = now + Every;
        _last = now;
        var counters = swarm.Counters;
        _statistics = new SwarmStatistics
        {
            BytesFromViewers = counters.BytesFromViewers,
            BytesFromPublisher = counters.BytesFromPublisher,
            BytesFromOrigin = counters.BytesFromOrigin,
            BytesFromStore = counters.BytesFromStore,
            BytesServed = counters.BytesServed,
            BytesWasted = counters.BytesWasted,
            RejectedBlocks = counters.RejectedBlocks,
            LateBlocks = counters.LateBlocks,
            OriginRequests = counters.OriginRequests,
            StallReasons = new SortedList<SupplyReason, long>(
                new Dictionary<SupplyReason, long>(counters.StallReasons.Given())),
            OriginReasons = new SortedList<SupplyReason, long>(
                new Dictionary<SupplyReason, long>(counters.OriginReasons.Given())),
            Peers = [.. swarm.Peers().Select(peer => Describe(peer, elapsed))],
        };
    }

    public void PeerLeft(int number) => _rates.Remove(number);

    private PeerStatistics Describe(PeerSnapshot peer, double elapsed)
    {
        if (!_rates.TryGetValue(peer.Number, out var rates)) _rates.Add(peer.Number, rates = new Rates());
        rates.Update(peer.BytesReceived, peer.BytesSent, elapsed);
        return new PeerStatistics
        {
            Name = peer.Id.ShortName,
            Address = peer.Listens?.Value ?? "",
            IsViewer = peer.IsViewer,
            DownRate = rates.Down,
            UpRate = rates.Up,
            BytesReceived = peer.BytesReceived,
            BytesSent = peer.BytesSent,
            RoundTrip = peer.Estimate.RoundTrip,
        };
    }

    private sealed class Rates
    {
        private long _received;
        private long _sent;

        public double Down { get; private set; }

        public double Up { get; private set; }

        public void Update(long received, long sent, double elapsed)
        {
            if (elapsed > 0)
            {
                Down += Weight * ((received - _received) / elapsed - Down);
                Up += Weight * ((sent - _sent) / elapsed - Up);
            }

            (_received, _sent) = (received, sent);
        }
    }

    private sealed class Tally
    {
        private readonly SortedDictionary<string, long> _givers = new(StringComparer.Ordinal);
        private long _viewers, _publisher, _origin;

        public void Add(BlockOrigin origin, string giver, int bytes)
        {
            _givers[giver] = _givers.GetValueOrDefault(giver) + bytes;
            if (origin == BlockOrigin.Viewer) _viewers += bytes;
            else if (origin == BlockOrigin.Publisher) _publisher += bytes;
            else _origin += bytes;
        }

        public SegmentDelivery ToDelivery(SegmentId id, DateTimeOffset at) =>
            new(id, at, _viewers, _publisher, _origin, _givers.MaxBy(giver => giver.Value).Key);
    }
}
