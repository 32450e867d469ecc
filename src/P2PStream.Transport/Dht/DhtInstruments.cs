using System.Diagnostics.Metrics;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>The instruments of one meter, over all nodes that have it. What nodes that have gone had
/// counted stays in; they themselves do not.</summary>
internal sealed class DhtInstruments
{
    private static readonly KrpcMethod[] Methods = Enum.GetValues<KrpcMethod>();
    private static readonly DhtDrop[] Drops = Enum.GetValues<DhtDrop>();

    private readonly Lock _lock = new();
    private readonly List<DhtMetrics> _nodes = [];
    private readonly List<Total> _totals = [];
    private readonly Meter _meter;

    public DhtInstruments(Meter meter)
    {
        _meter = meter;
        Count("datagrams", "{datagram}", "Datagrams.",
            Of("received", node => node.DatagramsReceived), Of("sent", node => node.DatagramsSent));
        Count("io", "By", "Bytes of datagrams, without headers.",
            Of("received", node => node.BytesReceived), Of("sent", node => node.BytesSent));
        Count("queries.received", "{query}", "Queries of others.",
            ByMethod((node, method) => node.QueriesReceived(method)));
        Count("queries.sent", "{query}", "Queries of ours.",
            ByMethod((node, method) => node.QueriesSent(method)));
        Count("replies.received", "{reply}", "Queries of ours that were answered.",
            ByMethod((node, method) => node.RepliesReceived(method)));
        Count("replies.sent", "{reply}", "Queries of others that were answered.",
            new Total(node => node.RepliesSent));
        Count("errors", "{error}", "Queries answered by an error.",
            Of("received", node => node.ErrorsReceived), Of("sent", node => node.ErrorsSent));
        Count("timeouts", "{query}", "Queries of ours that were never answered.",
            new Total(node => node.TimeOuts));
        Count("dropped", "{datagram}", "What came in and was not used.",
        [
            .. Drops.Select(drop => new Total(node => node.Dropped(drop), ("reason", Name(drop)))),
        ]);
        Gauge("nodes", "{node}", "Nodes known.", node => node.Nodes);
        Gauge("peers", "{peer}", "Peers kept for others.", node => node.Peers);
        Gauge("items", "{item}", "Items kept for others.", node => node.Items);
        Gauge("queries.pending", "{query}", "Queries under way.", node => node.Queries);
    }

    public void Add(DhtMetrics node)
    {
        lock (_lock) _nodes.Add(node);
    }

    public void Remove(DhtMetrics node)
    {
        lock (_lock)
        {
            _nodes.Remove(node);
            foreach (var total in _totals) total.OfGone += total.Read(node.Counters);
        }
    }

    private static Total Of(string direction, Func<DhtCounters, long> read) =>
        new(read, ("direction", direction));

    private static Total[] ByMethod(Func<DhtCounters, KrpcMethod, long> read) =>
    [
        .. Methods.Select(
            method => new Total(node => read(node, method), ("method", Name(method)))),
    ];

    /// <summary>As KRPC writes methods: words in lower case, joined by underscores.</summary>
    private static string Name(Enum value) => string.Concat(value.ToString().Select((letter, i) =>
        char.IsUpper(letter)
            ? (i > 0 ? "_" : "") + char.ToLowerInvariant(letter)
            : letter.ToString()));

    private void Count(string name, string unit, string description, params Total[] totals)
    {
        _totals.AddRange(totals);
        _meter.CreateObservableCounter(
            "p2pstream.dht." + name, () => Measure(totals), unit, description);
    }

    private void Gauge(string name, string unit, string description, Func<DhtStatistics, int> read) =>
        _meter.CreateObservableGauge("p2pstream.dht." + name, () => Sum(read), unit, description);

    private Measurement<long>[] Measure(Total[] totals)
    {
        lock (_lock)
        {
            return Array.ConvertAll(totals, total => new Measurement<long>(
                total.OfGone + _nodes.Sum(node => total.Read(node.Counters)), total.Tags));
        }
    }

    private int Sum(Func<DhtStatistics, int> read)
    {
        lock (_lock) return _nodes.Sum(node => read(node.Statistics()));
    }

    private sealed class Total(
        Func<DhtCounters, long> read, params (string Name, string Value)[] tags)
    {
        public Func<DhtCounters, long> Read => read;

        public KeyValuePair<string, object?>[] Tags { get; } = Array.ConvertAll(
            tags, tag => new KeyValuePair<string, object?>(tag.Name, tag.Value));

        /// <summary>What nodes that have gone had counted.</summary>
        public long OfGone { get; set; }
    }
}
