namespace P2PStream.Simulation;

/// <summary>
/// A run's time, in steps that are shorter than any way from one node to another: what nodes do within a step
/// cannot matter to each other, so that shards of them are run at once. What is everybody's (who comes and goes,
/// the directory, samples) changes between steps. A run goes the same way however many shards there are.
/// </summary>
internal sealed class Timeline : IDisposable
{
    private const int Global = -2;

    private readonly TimeSpan _step;
    private readonly Shard[] _shards;
    private readonly Workers? _workers;
    private readonly Shard _between;
    private readonly List<EventHash> _hashes = [];
    private long _runStep;
    private long _runEnd;

    /// <param name="step">No way from one node to another is shorter.</param>
    /// <param name="threads">Threads, the caller's among them.</param>
    public Timeline(TimeSpan step, int threads)
    {
        _step = step;
        _shards = new Shard[threads];
        for (var i = 0; i < threads; i++) _shards[i] = new Shard(i, threads, step);
        _between = new Shard(-1, 0, step);
        Clock = new VirtualClock(_between, Global) { IsAsked = true };
        _hashes.Add(Clock.Hash);
        if (threads > 1) _workers = new Workers(threads, Run);
    }

    /// <summary>Of what happens between steps: at the end of the step in which it is due.</summary>
    public VirtualClock Clock { get; }

    public TimeSpan Now => Clock.Now;

    public int Shards => _shards.Length;

    /// <summary>Of all events so far.</summary>
    public EventHash Hash
    {
        get
        {
            var hash = new EventHash(Global);
            foreach (var each in _hashes) hash.Add(each);
            return hash;
        }
    }

    /// <summary>A new node's time.</summary>
    public VirtualClock Add(int number)
    {
        var clock = new VirtualClock(_shards[(uint)number % (uint)_shards.Length], number);
        _hashes.Add(clock.Hash);
        return clock;
    }

    /// <summary>Lets happen what is planned up to a moment, which it then is.</summary>
    public void RunUntil(TimeSpan end)
    {
        RunBetween();
        while (Now < end)
        {
            var step = NextStep();
            var stepEnd = step >= end.Ticks / _step.Ticks ? end.Ticks : (step + 1) * _step.Ticks;
            RunShards(step, stepEnd);
            _between.Advance(stepEnd);
            RunBetween();
        }
    }

    public void Dispose() => _workers?.Dispose();

    /// <summary>The next step in which something happens, or at whose end.</summary>
    private long NextStep()
    {
        var next = Clock.NextDue == long.MaxValue ? long.MaxValue : (Clock.NextDue - 1) / _step.Ticks;
        var from = Now.Ticks / _step.Ticks;
        foreach (var shard in _shards) next = Math.Min(next, shard.NextStep(from));
        return next;
    }

    private void RunShards(long step, long end)
    {
        (_runStep, _runEnd) = (step, end);
        if (_workers is null) Run(0);
        else _workers.Run();
    }

    private void Run(int shard) => _shards[shard].Run(_runStep, _runEnd, _shards);

    private void RunBetween()
    {
        while (Clock.NextDue <= Now.Ticks) Clock.HappenNext();
    }
}
