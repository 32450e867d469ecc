using P2PStream.Scheduling;

namespace P2PStream.Simulation.Tests;

/// <summary>
/// One viewer in virtual time: 2 s segments of 16 blocks at 1 Mbit/s and a little more, peers that
/// serve at their rate, and an origin. A rate of 0 is a black hole.
/// </summary>
internal sealed class PolicyRun
{
    internal const int Block = 16_384, SegmentBlocks = 16, Segments = 30;
    internal static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(40);

    private readonly IBlockPicker _picker;
    private readonly Dictionary<int, double> _rates = [];
    private readonly Dictionary<int, TimeSpan> _freeAt = [];
    private readonly PriorityQueue<Pick, (TimeSpan, uint)> _arriving = new();
    private readonly List<Pick> _picks = [];
    private TimeSpan _now = TimeSpan.FromSeconds(1);

    internal PolicyRun(string picker, ulong seed, params double[] peerRates)
    {
        _picker = PickerCatalog.Create(picker, new SchedulerOptions { Seed = seed });
        Lane = _picker.OpenLane(new LaneOptions(Segments * SegmentBlocks));
        for (int i = 0; i < Segments; i++)
            _picker.Append(Lane, SegmentBlocks, _now + SegmentTime * (i + 3));
        Origin = Add(price: 1, 2e6);
        foreach (double rate in peerRates.Length == 0 ? [2e5, 3e5, 1e5] : peerRates)
            Peers.Add(Add(price: 0, rate));
    }

    internal int Lane { get; }

    internal int Origin { get; }

    internal List<int> Peers { get; } = [];

    /// <summary>When each block came.</summary>
    internal SortedDictionary<long, TimeSpan> ArrivedAt { get; } = [];

    internal List<Cancellation> Cancelled { get; } = [];

    internal List<Pick> Picks(double seconds)
    {
        TimeSpan end = _now + TimeSpan.FromSeconds(seconds);
        while (_now < end)
        {
            while (_picker.TryPick(_now, out Pick pick)) Send(pick);
            while (_picker.TryTakeCancelled(out Cancellation one)) Cancelled.Add(one);
            TimeSpan next = _picker.NextWakeUp is { } wake && wake < end ? wake : end;
            if (_arriving.TryPeek(out _, out var first) && first.Item1 <= next)
            {
                Pick pick = _arriving.Dequeue();
                _now = first.Item1;
                if (_picker.Delivered(pick.Ticket, Block, _now)) ArrivedAt[pick.Position] = _now;
            }
            else
            {
                _now = next > _now ? next : _now + TimeSpan.FromMilliseconds(1);
                _picker.Tick(_now);
            }
        }
        return _picks;
    }

    private int Add(int price, double rate)
    {
        int source = _picker.AddSource(
            new SourceProfile(price, rate, RoundTrip, 256, (ulong)_rates.Count), _now);
        _picker.Advertise(source, Lane, 0, Segments * SegmentBlocks, true, _now);
        _rates[source] = rate;
        _freeAt[source] = _now;
        return source;
    }

    private void Send(Pick pick)
    {
        _picks.Add(pick);
        if (_rates[pick.Source] == 0) return;
        TimeSpan start = _now + RoundTrip;
        if (_freeAt[pick.Source] > start) start = _freeAt[pick.Source];
        TimeSpan end = start + TimeSpan.FromSeconds(Block / _rates[pick.Source]);
        _freeAt[pick.Source] = end;
        _arriving.Enqueue(pick, (end, pick.Ticket));
    }
}
