using P2PStream.Scheduling;

namespace P2PStream.Benchmarks;

/// <summary>
/// The calls of one viewer's run: 200 peers that together give twice the 8 Mbit/s that it
/// plays, each with about half of every segment's blocks, and a ring of 4,096 blocks (64 s ahead).
/// Peers answer one block after the other at rates of their own, ahead of time or late, and are busy
/// now and then. Recorded once, from a seed; the same picker answers the same calls alike.
/// </summary>
internal sealed class PickerTrace
{
    internal const int Peers = 200, Ring = 4_096, SegmentBlocks = 64;

    /// <summary>A block is due so long after it was appended.</summary>
    internal static readonly TimeSpan Ahead = TimeSpan.FromSeconds(Ring / SegmentBlocks);

    private const int BlockBytes = 16_384, BusyEvery = 200;
    private const double MeanRate = 2.0 * SegmentBlocks * BlockBytes / Peers;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(1);

    private readonly Random _random = new(1);
    private readonly List<PickerCall> _calls = [];
    private readonly PriorityQueue<PickerCall, (TimeSpan At, int Order)> _coming = new();
    private readonly double[] _rates = new double[Peers];
    private readonly TimeSpan[] _freeAt = new TimeSpan[Peers];
    private readonly IBlockPicker _picker;
    private readonly int _lane;
    private int _order;
    private int _picked;

    private PickerTrace(IBlockPicker picker)
    {
        _picker = picker;
        _lane = Open(picker);
        for (int peer = 0; peer < Peers; peer++)
            _rates[peer] = MeanRate * (0.2 + 1.6 * _random.NextDouble());
    }

    /// <summary>Records until the ring is full and so many more blocks were picked.</summary>
    /// <returns>Calls before the ring was full, and from then on.</returns>
    internal static (PickerCall[] WarmUp, PickerCall[] Steady) Record(int decisions)
    {
        var trace = new PickerTrace(new DeadlineScheduler());
        trace.RunUntil(() => trace._picker.Head(trace._lane) >= Ring / 2);
        int warm = trace._calls.Count, picked = trace._picked;
        trace.RunUntil(() => trace._picked - picked >= decisions);
        PickerCall[] calls = [.. trace._calls];
        return (calls[..warm], calls[warm..]);
    }

    /// <summary>Adds the peers and opens the ring, as every replay does first.</summary>
    internal static int Open(IBlockPicker picker)
    {
        for (int peer = 0; peer < Peers; peer++)
        {
            picker.AddSource(new SourceProfile(
                0, MeanRate, TimeSpan.FromMilliseconds(10 + peer), 256, (ulong)peer),
                TimeSpan.Zero);
        }
        return picker.OpenLane(new LaneOptions(Ring));
    }

    private void RunUntil(Func<bool> isOver)
    {
        if (_calls.Count == 0)
            for (int i = 0; i < Ring / SegmentBlocks; i++) Segment(TimeSpan.Zero);
        while (!isOver())
        {
            TimeSpan segmentAt = SegmentTime * (_picker.Tail(_lane) / SegmentBlocks);
            segmentAt -= Ahead - SegmentTime;
            TimeSpan next = segmentAt;
            if (_coming.TryPeek(out _, out var first) && first.At < next) next = first.At;
            if (_picker.NextWakeUp is { } wake && wake < next)
            {
                Call(new PickerCall(PickerCallKind.Tick, wake));
                Drain(wake);
            }
            else if (next == segmentAt) Segment(segmentAt);
            else
            {
                PickerCall call = _coming.Dequeue();
                Call(call);
                Drain(call.Now);
            }
        }
    }

    /// <summary>One segment is played, one is appended, and peers will tell what they have.</summary>
    private void Segment(TimeSpan now)
    {
        long tail = _picker.Tail(_lane);
        if (tail - _picker.Head(_lane) == Ring)
            Call(new PickerCall(PickerCallKind.Slide, now, Position: tail - Ring + SegmentBlocks));
        Call(new PickerCall(PickerCallKind.Append, now, Count: SegmentBlocks));
        for (int peer = 0; peer < Peers; peer++)
        {
            for (int piece = 0; piece < SegmentBlocks; piece += SegmentBlocks / 4)
            {
                if (_random.Next(2) == 0) continue;
                TimeSpan at = now + TimeSpan.FromSeconds(_random.NextDouble() * 5);
                Later(new PickerCall(
                    PickerCallKind.Advertise, at, peer, tail + piece, SegmentBlocks / 4));
            }
        }
        Drain(now);
    }

    /// <summary>Asks until nothing is left to ask for; answers will come.</summary>
    private void Drain(TimeSpan now)
    {
        _calls.Add(new PickerCall(PickerCallKind.Drain, now));
        while (_picker.TryTakeCancelled(out _)) { }
        while (_picker.TryPick(now, out Pick pick))
        {
            _picked++;
            TimeSpan start = now + TimeSpan.FromMilliseconds(10 + pick.Source);
            if (_freeAt[pick.Source] > start) start = _freeAt[pick.Source];
            double spread = 0.5 + _random.NextDouble();
            start += TimeSpan.FromSeconds(spread * BlockBytes / _rates[pick.Source]);
            _freeAt[pick.Source] = start;
            PickerCallKind kind = _random.Next(BusyEvery) == 0
                ? PickerCallKind.Busy
                : PickerCallKind.Delivered;
            Later(new PickerCall(kind, start, pick.Source, Ticket: pick.Ticket));
        }
        while (_picker.TryTakeCancelled(out _)) { }
        _ = _picker.NextWakeUp;
    }

    private void Call(in PickerCall call)
    {
        _calls.Add(call);
        call.Apply(_picker, _lane);
    }

    private void Later(in PickerCall call) => _coming.Enqueue(call, (call.Now, _order++));
}
