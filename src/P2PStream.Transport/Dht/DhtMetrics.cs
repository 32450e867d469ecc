using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>A DHT node's figures for System.Diagnostics.Metrics, read when somebody looks. Nodes that
/// have their meter from one factory share it: it tells the sums over them.</summary>
internal sealed class DhtMetrics : IDisposable
{
    /// <summary>A factory has one meter of a name, and a meter keeps its instruments for good: each of
    /// its nodes must not make them anew.</summary>
    private static readonly ConditionalWeakTable<Meter, DhtInstruments> Shared = [];

    private readonly DhtInstruments _instruments;
    private readonly Meter? _own;

    public DhtMetrics(IMeterFactory? meters, DhtCounters counters, Func<DhtStatistics> statistics)
    {
        Counters = counters;
        Statistics = statistics;
        if (meters is null) _own = new Meter(DhtNode.MeterName);
        _instruments = _own is null
            ? Shared.GetValue(
                meters!.Create(DhtNode.MeterName), static meter => new DhtInstruments(meter))
            : new DhtInstruments(_own);
        _instruments.Add(this);
    }

    public DhtCounters Counters { get; }

    public Func<DhtStatistics> Statistics { get; }

    public void Dispose()
    {
        _instruments.Remove(this);
        // A factory's meter is the factory's.
        _own?.Dispose();
    }
}
