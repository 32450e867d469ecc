namespace P2PStream.Simulation;

/// <summary>
/// One node's virtual time, which jumps from one of its events to the next, and all that is planned for it. What
/// belongs to the node is touched by its own events and between steps (<see cref="Timeline"/>), and by nothing
/// else: that is why it makes no difference which nodes are run first, or at once.
/// </summary>
/// <param name="shard">With whom it is run.</param>
/// <param name="number">Tells it apart from all others of the run.</param>
internal sealed class VirtualClock(Shard shard, int number)
{
    private readonly EventQueue _queue = new();
    private long _sequence;
    private long _wakeStep = long.MaxValue;

    /// <summary>A later step that it wanted to be woken in before something came up that is due sooner.</summary>
    private long _laterStep = long.MaxValue;
    private long _lastRun = -1;
    private bool _isRunning;

    /// <summary>It is asked when its next event is due, and wants to be woken by nobody.</summary>
    public bool IsAsked
    {
        init => _isRunning = value;
    }

    public TimeSpan Now => shard.Now;

    public EventHash Hash { get; } = new(number);

    public Shard Shard => shard;

    public long NextDue => _queue.NextDue;

    /// <summary>Plans something for this node.</summary>
    public void At(TimeSpan due, IEventTarget target, int what, object? data = null)
    {
        var ticks = Math.Max(due.Ticks, Now.Ticks);
        _queue.Add(new PlannedEvent(ticks, number, _sequence++, target, what, data));
        if (!_isRunning) Expect();
    }

    public void After(TimeSpan wait, IEventTarget target, int what, object? data = null) =>
        At(Now + wait, target, what, data);

    /// <summary>Plans something for another node: no sooner than the step ends that is run now.</summary>
    public void Send(VirtualClock to, TimeSpan due, IEventTarget target, int what, object? data = null) =>
        shard.Send(new Mail(to, new PlannedEvent(due.Ticks, number, _sequence++, target, what, data)));

    /// <summary>Nothing of that kind is to happen to somebody any more.</summary>
    public void Forget(IEventTarget target, int what) => _queue.Remove(target, what);

    /// <summary>Something from another node is due in the step that is run next.</summary>
    public void Receive(in PlannedEvent planned) => _queue.Add(planned);

    /// <summary>True the first time in a run of its shard.</summary>
    public bool Joins(long run)
    {
        if (_lastRun == run) return false;
        _lastRun = run;
        return true;
    }

    /// <summary>True when this is the step that it is to be woken in.</summary>
    public bool WakesIn(long step) => _wakeStep == step;

    /// <summary>Lets happen what is due before a moment of a step.</summary>
    public void RunUntil(long end, long step)
    {
        _isRunning = true;
        while (_queue.NextDue < end)
        {
            shard.Advance(_queue.NextDue);
            HappenNext();
        }

        _isRunning = false;
        if (_wakeStep <= step) _wakeStep = long.MaxValue;
        if (_laterStep <= step) _laterStep = long.MaxValue;
        Expect();
    }

    public void HappenNext()
    {
        var next = _queue.Take();
        Hash.Add(next.Due, next.What);
        next.Target.Happen(next.What, next.Data);
    }

    private void Expect()
    {
        if (_queue.Count == 0) return;
        var step = shard.StepOf(_queue.NextDue);
        if (step >= _wakeStep) return;
        var isExpected = step == _laterStep;
        if (isExpected || _wakeStep < _laterStep) _laterStep = _wakeStep;
        _wakeStep = step;
        if (!isExpected) shard.Wake(this, step);
    }
}
