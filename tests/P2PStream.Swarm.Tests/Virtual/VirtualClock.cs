namespace P2PStream.Swarm.Tests;

/// <summary>Virtual time: what is due is done in the order of (time, sequence), so that a run replays.</summary>
internal sealed class VirtualClock
{
    private readonly PriorityQueue<Action, (TimeSpan Due, long Sequence)> _due = new();
    private long _sequence;

    public TimeSpan Now { get; private set; }

    public void At(TimeSpan due, Action action) =>
        _due.Enqueue(action, (due < Now ? Now : due, _sequence++));

    public void After(TimeSpan wait, Action action) => At(Now + wait, action);

    /// <summary>Runs until a moment, or until nothing is due.</summary>
    public void RunUntil(TimeSpan end, Func<bool>? done = null)
    {
        while (_due.TryPeek(out var action, out var when) && when.Due <= end)
        {
            _due.Dequeue();
            Now = when.Due;
            action();
            if (done?.Invoke() == true) return;
        }

        Now = end > Now ? end : Now;
    }
}
