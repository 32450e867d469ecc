namespace P2PStream.Simulation;

/// <summary>Virtual time, which jumps from one event to the next.</summary>
internal sealed class VirtualClock
{
    private readonly EventQueue _queue = new();

    public TimeSpan Now { get; private set; }

    public EventHash Hash { get; } = new();

    public void At(TimeSpan due, IEventTarget target, int what, object? data = null) =>
        _queue.Add(Math.Max(due.Ticks, Now.Ticks), target, what, data);

    public void After(TimeSpan wait, IEventTarget target, int what, object? data = null) =>
        At(Now + wait, target, what, data);

    /// <summary>Lets happen what is planned up to a moment, which it then is.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (_queue.Count > 0 && _queue.NextDue <= end.Ticks)
        {
            var next = _queue.Take();
            Now = TimeSpan.FromTicks(next.Due);
            Hash.Add(next.Due, next.Target.Identity, next.What);
            next.Target.Happen(next.What, next.Data);
        }

        Now = end;
    }
}
