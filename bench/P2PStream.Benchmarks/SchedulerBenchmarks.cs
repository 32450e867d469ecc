using BenchmarkDotNet.Attributes;
using P2PStream.Scheduling;

namespace P2PStream.Benchmarks;

/// <summary>
/// The steady path: a block arrives, the next one is picked, time is looked at. 512 blocks wanted,
/// every peer has about half of them, and one has everything.
/// </summary>
[MemoryDiagnoser]
public class SchedulerBenchmarks
{
    private const int Blocks = 512, BlockBytes = 16_384, SegmentBlocks = 16;

    private readonly Queue<Pick> _inFlight = new(8_192);
    private DeadlineScheduler _picker = null!;
    private TimeSpan _now;
    private int _lane;

    /// <summary>Sources with a request in flight most of the time.</summary>
    [Params(8, 64)]
    public int Sources { get; set; }

    /// <summary>
    /// Everything is urgent (earliest deadline first), or nothing is (rarest first).
    /// </summary>
    [Params(false, true)]
    public bool Urgent { get; set; }

    /// <summary>Fills a ring and starts the requests.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _picker = new DeadlineScheduler();
        _lane = _picker.OpenLane(new LaneOptions(1_024));
        for (int source = 0; source < Sources; source++)
        {
            _picker.AddSource(
                new SourceProfile(0, 1e6, TimeSpan.FromMilliseconds(20), 4, (ulong)source), _now);
        }
        for (int block = 0; block < Blocks; block += SegmentBlocks) AppendSegment(block);
        while (_picker.TryPick(_now, out Pick pick)) _inFlight.Enqueue(pick);
    }

    /// <summary>One block delivered, and everything that may be asked for then.</summary>
    [Benchmark]
    public int DeliverAndPick()
    {
        _now += TimeSpan.FromMilliseconds(20.0 / Sources);
        Pick done = _inFlight.Dequeue();
        _picker.Delivered(done.Ticket, BlockBytes, _now);
        // What was delivered is lost again, so that there is always as much to choose from.
        _picker.SetHeld(done.Lane, done.Position, false, _now);
        int picked = 0;
        while (_picker.TryPick(_now, out Pick pick))
        {
            _inFlight.Enqueue(pick);
            picked++;
        }
        while (_picker.TryTakeCancelled(out _)) { }
        return picked;
    }

    /// <summary>The question of a shell between events.</summary>
    [Benchmark]
    public TimeSpan? NextWakeUp() => _picker.NextWakeUp;

    /// <summary>A decision with nothing to decide: every window is full.</summary>
    [Benchmark]
    public bool NothingToPick() => _picker.TryPick(_now, out _);

    /// <summary>One segment leaves the ring and another enters it, advertised by all.</summary>
    [Benchmark]
    public long SlideOneSegment()
    {
        _picker.Slide(_lane, _picker.Head(_lane) + SegmentBlocks, _now);
        while (_picker.TryTakeCancelled(out _)) { }
        AppendSegment((int)(_picker.Tail(_lane) % Blocks));
        return _picker.Tail(_lane);
    }

    private void AppendSegment(int block)
    {
        // So far in the future, or so long past, that the benchmark's clock does not matter.
        var due = TimeSpan.FromSeconds(_picker.Tail(_lane) / 8.0) + TimeSpan.FromDays(365);
        if (Urgent) due -= TimeSpan.FromDays(2 * 365);
        long first = _picker.Append(_lane, SegmentBlocks, due);
        for (int source = 0; source < Sources; source++)
        {
            if (source == 0 || (source + block / SegmentBlocks) % 2 == 0)
                _picker.Advertise(source, _lane, first, SegmentBlocks, true, _now);
        }
    }
}
