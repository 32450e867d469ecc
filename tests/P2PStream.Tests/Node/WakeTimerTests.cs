namespace P2PStream.Tests;

/// <summary>What wakes a stream's loop, over a timer that fires when the test says so.</summary>
public sealed class WakeTimerTests : IAsyncDisposable
{
    private readonly ManualClock _clock = new();
    private readonly WakeTimer _timer;
    private int _woken;

    public WakeTimerTests() => _timer = new WakeTimer(_clock, () => _woken++);

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    [Fact]
    public void A_loop_that_was_woken_too_early_is_woken_again()
    {
        _timer.Set(Milliseconds(250), Milliseconds(0));
        _clock.Fire();
        Assert.Equal(1, _woken);

        // What was due is still to come.
        _timer.Set(Milliseconds(250), Milliseconds(249.6));

        Assert.Equal([Milliseconds(250), Milliseconds(1)], _clock.Waits);
    }

    [Fact]
    public void A_loop_that_was_woken_too_early_and_waits_for_something_later_is_woken_again()
    {
        _timer.Set(Milliseconds(250), Milliseconds(0));
        _clock.Fire();

        _timer.Set(Milliseconds(499), Milliseconds(249));

        Assert.Equal([Milliseconds(250), Milliseconds(250)], _clock.Waits);
    }

    [Fact]
    public void Only_an_earlier_time_sets_it_anew()
    {
        _timer.Set(Milliseconds(250), Milliseconds(0));
        _timer.Set(Milliseconds(260), Milliseconds(10));
        _timer.Set(Milliseconds(100), Milliseconds(20));
        _timer.Set(Milliseconds(100), Milliseconds(150));

        Assert.Equal([Milliseconds(250), Milliseconds(80)], _clock.Waits);
    }

    [Fact]
    public void What_is_due_or_late_wakes_at_once()
    {
        _timer.Set(Milliseconds(5), Milliseconds(5));
        _clock.Fire();
        _timer.Set(Milliseconds(5), Milliseconds(9));

        Assert.Equal([Milliseconds(1), Milliseconds(1)], _clock.Waits);
    }

    [Fact]
    public void A_wait_is_rounded_up()
    {
        _timer.Set(Milliseconds(10.2), Milliseconds(0));

        Assert.Equal([Milliseconds(11)], _clock.Waits);
    }

    private static TimeSpan Milliseconds(double count) => TimeSpan.FromMilliseconds(count);

    private sealed class ManualClock : TimeProvider
    {
        private readonly List<TimeSpan> _waits = [];
        private Action? _callback;

        /// <summary>What it was set to, each time.</summary>
        public IReadOnlyList<TimeSpan> Waits => _waits;

        public void Fire() => _callback!();

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = () => callback(state);
            return new ManualTimer(this);
        }

        private sealed class ManualTimer(ManualClock clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                clock._waits.Add(dueTime);
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
