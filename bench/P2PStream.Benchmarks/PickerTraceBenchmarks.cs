using BenchmarkDotNet.Attributes;
using P2PStream.Scheduling;

namespace P2PStream.Benchmarks;

/// <summary>
/// A recorded run with 200 peers and 4,096 blocks, replayed: every advertisement, delivery, refusal,
/// slide and wake-up, and all that is asked after each. Time and memory are per block picked, or per
/// decision: a block is picked, or it is found that none is to be.
/// </summary>
[MemoryDiagnoser]
public class PickerTraceBenchmarks
{
    private const int Picks = 10_000;

    private PickerCall[] _warmUp = [];
    private PickerCall[] _steady = [];
    private DeadlineScheduler _picker = null!;
    private int _lane;

    /// <summary>Records the run, once.</summary>
    [GlobalSetup]
    public void Record()
    {
        (_warmUp, _steady) = PickerTrace.Record(Picks);
        foreach (var kind in _steady.GroupBy(call => call.Kind).OrderBy(kind => kind.Key))
            Console.WriteLine($"// {kind.Key}: {kind.Count()} calls");
        // Each drain ends with the decision that nothing is to be asked for.
        int drains = _steady.Count(call => call.Kind == PickerCallKind.Drain);
        Console.WriteLine($"// {(double)(drains + Picks) / Picks:f1} decisions a block picked");
    }

    /// <summary>Brings a fresh picker to where the steady part of the trace begins.</summary>
    [IterationSetup]
    public void WarmUp()
    {
        _picker = new DeadlineScheduler();
        _lane = PickerTrace.Open(_picker);
        foreach (PickerCall call in _warmUp) call.Apply(_picker, _lane);
    }

    /// <summary>The steady part.</summary>
    [Benchmark(OperationsPerInvoke = Picks)]
    public int Replay()
    {
        int picked = 0;
        foreach (PickerCall call in _steady) picked += call.Apply(_picker, _lane);
        if (picked < Picks) throw new InvalidOperationException($"{picked} picks in a replay.");
        return picked;
    }
}
