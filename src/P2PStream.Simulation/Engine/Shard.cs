namespace P2PStream.Simulation;

/// <summary>
/// Nodes that one thread runs, one after the other, each through a whole step of time: what it needs for that is
/// at hand from its first event on. Owns what is to happen to them, in a wheel of steps.
/// </summary>
internal sealed class Shard
{
    private readonly long _stepTicks;
    private readonly StepWheel<Mail> _mail = new();
    private readonly StepWheel<VirtualClock> _wakenings = new();

    // Of the step that is run.
    private readonly List<Mail> _delivered = [];
    private readonly List<VirtualClock> _woken = [];
    private readonly List<VirtualClock> _running = [];

    /// <summary>What goes to other shards, by whether the run's number is even: what one run sends is taken over
    /// in the next, while that sends more.</summary>
    private readonly List<Mail>[][] _out;
    private long _run;
    private long _end;
    private long _nextOut = long.MaxValue;

    public Shard(int index, int shards, TimeSpan step)
    {
        Index = index;
        _stepTicks = step.Ticks;
        _out = [MakeOut(shards), MakeOut(shards)];
    }

    public int Index { get; }

    public TimeSpan Now { get; private set; }

    public long StepOf(long due) => due / _stepTicks;

    /// <summary>It is later for whoever is run now.</summary>
    public void Advance(long now) => Now = TimeSpan.FromTicks(now);

    /// <summary>Runs a node in a step, unless it is woken sooner.</summary>
    public void Wake(VirtualClock clock, long step) => _wakenings.Add(step, clock);

    public void Send(in Mail mail)
    {
        if (mail.Event.Due < _end)
            throw new InvalidOperationException("Something happens to another node within the same step.");
        var to = mail.To.Shard;
        var step = StepOf(mail.Event.Due);
        if (to == this)
        {
            _mail.Add(step, mail);
            return;
        }

        _out[_run % 2][to.Index].Add(mail);
        _nextOut = Math.Min(_nextOut, step);
    }

    /// <summary>The first step, from one on, in which something may happen.</summary>
    public long NextStep(long from)
    {
        var next = _mail.Next(from, _nextOut) ?? _nextOut;
        return _wakenings.Next(from, next) ?? next;
    }

    /// <summary>Runs all nodes through a step, or its beginning.</summary>
    /// <param name="step">Which.</param>
    /// <param name="end">Where it ends, in ticks.</param>
    /// <param name="all">All shards; each of them is being run.</param>
    public void Run(long step, long end, IReadOnlyList<Shard> all)
    {
        _run++;
        _end = end;
        _nextOut = long.MaxValue;
        foreach (var shard in all) TakeOver(shard._out[(_run + 1) % 2][Index]);
        Deliver(step);
        foreach (var clock in _running) clock.RunUntil(end, step);
        _running.Clear();
        Advance(end);
    }

    private void TakeOver(List<Mail> mail)
    {
        foreach (var each in mail) _mail.Add(StepOf(each.Event.Due), each);
        mail.Clear();
    }

    /// <summary>Hands out what is due in a step, and finds who is to be run.</summary>
    private void Deliver(long step)
    {
        _mail.Take(step, _delivered);
        foreach (var each in _delivered)
        {
            each.To.Receive(each.Event);
            if (each.To.Joins(_run)) _running.Add(each.To);
        }

        _delivered.Clear();
        _wakenings.Take(step, _woken);
        foreach (var each in _woken)
            if (each.WakesIn(step) && each.Joins(_run)) _running.Add(each);
        _woken.Clear();
    }

    private static List<Mail>[] MakeOut(int shards)
    {
        var lists = new List<Mail>[shards];
        for (var i = 0; i < shards; i++) lists[i] = [];
        return lists;
    }
}
