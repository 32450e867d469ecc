using System.Diagnostics.Metrics;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>A DHT node's figures for System.Diagnostics.Metrics, read when somebody looks.</summary>
internal sealed class DhtMetrics : IDisposable
{
    private static readonly KrpcMethod[] Methods = Enum.GetValues<KrpcMethod>();
    private static readonly DhtDrop[] Drops = Enum.GetValues<DhtDrop>();

    private readonly Meter _meter;
    private readonly bool _isOwn;

    public DhtMetrics(IMeterFactory? meters, DhtCounters counters, Func<DhtStatistics> statistics)
    {
        _isOwn = meters is null;
        _meter = meters?.Create(DhtNode.MeterName) ?? new Meter(DhtNode.MeterName);
        Count("datagrams", "{datagram}", "Datagrams.", () =>
            [Of("received", counters.DatagramsReceived), Of("sent", counters.DatagramsSent)]);
        Count("io", "By", "Bytes of datagrams, without headers.", () =>
            [Of("received", counters.BytesReceived), Of("sent", counters.BytesSent)]);
        Count("queries.received", "{query}", "Queries of others.",
            () => ByMethod(counters.QueriesReceived));
        Count("queries.sent", "{query}", "Queries of ours.", () => ByMethod(counters.QueriesSent));
        Count("replies.received", "{reply}", "Queries of ours that were answered.",
            () => ByMethod(counters.RepliesReceived));
        Count("replies.sent", "{reply}", "Queries of others that were answered.",
            () => [new(counters.RepliesSent)]);
        Count("errors", "{error}", "Queries answered by an error.", () =>
            [Of("received", counters.ErrorsReceived), Of("sent", counters.ErrorsSent)]);
        Count("timeouts", "{query}", "Queries of ours that were never answered.",
            () => [new(counters.TimeOuts)]);
        Count("dropped", "{datagram}", "What came in and was not used.", () =>
            [.. Drops.Select(drop => new Measurement<long>(
                counters.Dropped(drop), new KeyValuePair<string, object?>("reason", Name(drop))))]);
        Gauge("nodes", "{node}", "Nodes known.", () => statistics().Nodes);
        Gauge("peers", "{peer}", "Peers kept for others.", () => statistics().Peers);
        Gauge("items", "{item}", "Items kept for others.", () => statistics().Items);
        Gauge("queries.pending", "{query}", "Queries under way.", () => statistics().Queries);
    }

    public void Dispose()
    {
        // A factory's meters are the factory's.
        if (_isOwn) _meter.Dispose();
    }

    private static Measurement<long> Of(string direction, long value) =>
        new(value, new KeyValuePair<string, object?>("direction", direction));

    private static IEnumerable<Measurement<long>> ByMethod(Func<KrpcMethod, long> count) =>
        [.. Methods.Select(method => new Measurement<long>(
            count(method), new KeyValuePair<string, object?>("method", Name(method))))];

    /// <summary>As KRPC writes methods: words in lower case, joined by underscores.</summary>
    private static string Name(Enum value) => string.Concat(value.ToString().Select((letter, i) =>
        char.IsUpper(letter)
            ? (i > 0 ? "_" : "") + char.ToLowerInvariant(letter)
            : letter.ToString()));

    private void Count(
        string name, string unit, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableCounter("p2pstream.dht." + name, read, unit, description);

    private void Gauge(string name, string unit, string description, Func<int> read) =>
        _meter.CreateObservableGauge("p2pstream.dht." + name, read, unit, description);
}
