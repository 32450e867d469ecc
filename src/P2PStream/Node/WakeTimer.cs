namespace P2PStream;

/// <summary>
/// Wakes a loop at a time of its clock. Set anew only for an earlier time: an early wake-up costs
/// less than a change with every turn.
/// </summary>
/// <remarks>Only the loop sets it. Timers count whole milliseconds by a coarser clock and may fire
/// before their time by the loop's: that a time is still to come does not mean that the timer still
/// runs. A loop that was woken too early finds nothing to do, and must be woken again.</remarks>
internal sealed class WakeTimer : IAsyncDisposable
{
    private readonly ITimer _timer;
    private readonly Action _wake;
    private TimeSpan _due;
    private volatile bool _isSet;

    /// <summary>Makes one that is not set.</summary>
    public WakeTimer(TimeProvider time, Action wake)
    {
        _wake = wake;
        _timer = time.CreateTimer(
            static timer => ((WakeTimer)timer!).Fired(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>The loop is to be woken by that time, not to the millisecond. To be called after every
    /// wake-up, as long as there is anything to wait for.</summary>
    public void Set(TimeSpan due, TimeSpan now)
    {
        if (_isSet && _due <= due) return;
        _due = due;
        // Before the change: a timer may fire within it.
        _isSet = true;
        // Rounded up: a timer of whole milliseconds would fire before its time and then again and
        // again.
        var wait = Math.Ceiling(Math.Max(1, (due - now).TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Fired()
    {
        // In this order: who is woken sets it again.
        _isSet = false;
        _wake();
    }
}
