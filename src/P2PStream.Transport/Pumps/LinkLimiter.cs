using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// Gives a <see cref="FairLimiter"/> a clock, one timer and a lock, so that all links of a node can
/// share it. Decides nothing.
/// </summary>
/// <remarks>Invariant: nobody is called under its lock, and nothing waits under it; a party may hold
/// locks of its own when it asks.</remarks>
public sealed class LinkLimiter : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FairLimiter _limiter = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private TimeSpan? _wakeUp;
    private volatile bool _isLimiting;
    private volatile bool _isUrgent;

    /// <summary>Makes one without a limit.</summary>
    /// <param name="time">The clock; deadlines are told on <see cref="LinkPump.Now"/> of it.</param>
    public LinkLimiter(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _timer = time.CreateTimer(
            static limiter => ((LinkLimiter)limiter!).WakeUp(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>True while there is any limit: otherwise nobody needs to ask.</summary>
    public bool IsLimiting => _isLimiting;

    /// <summary>Bytes per second of all together; null: no limit. May change at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not <see cref="FairLimiter.LowestRate"/> to
    /// <see cref="FairLimiter.HighestRate"/>.</exception>
    public long? Rate
    {
        get
        {
            lock (_lock) return _limiter.Rate;
        }

        set
        {
            lock (_lock)
            {
                _limiter.SetRate(value, LinkPump.Now(_time));
                Changed();
            }
        }
    }

    /// <summary>True while our own player needs blocks soon, see
    /// <see cref="FairLimiter.SetUrgent"/>.</summary>
    public bool IsUrgent
    {
        get => _isUrgent;
        set
        {
            lock (_lock)
            {
                _isUrgent = value;
                _limiter.SetUrgent(value, LinkPump.Now(_time));
            }
        }
    }

    /// <summary>Sets a stream's own limit, in bytes per second; null: none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Rate"/>.</exception>
    public void SetRate(StreamId stream, long? rate)
    {
        lock (_lock)
        {
            _limiter.SetRate(stream, rate, LinkPump.Now(_time));
            Changed();
        }
    }

    /// <summary>Gives a party its place.</summary>
    /// <param name="party">Is told when its turn comes.</param>
    /// <param name="neighbourhood">With whom it shares; zero: with nobody.</param>
    public FairLink Add(ILimitedParty party, UInt128 neighbourhood)
    {
        ArgumentNullException.ThrowIfNull(party);
        lock (_lock) return _limiter.Add(party, neighbourhood);
    }

    /// <summary>Takes a party's place from it. Its turn may still be told, once.</summary>
    public void Remove(FairLink place)
    {
        lock (_lock)
        {
            _limiter.Remove(place, LinkPump.Now(_time));
            Arm();
        }
    }

    /// <inheritdoc cref="FairLimiter.TryTake"/>
    public bool TryTake(FairLink link, StreamId stream, int bytes, int wanted, TimeSpan deadline)
    {
        lock (_lock)
        {
            var taken = _limiter.TryTake(
                link, stream, bytes, wanted, deadline, LinkPump.Now(_time));
            Arm();
            return taken;
        }
    }

    /// <inheritdoc cref="FairLimiter.Withdraw"/>
    public void Withdraw(FairLink link)
    {
        lock (_lock)
        {
            _limiter.Withdraw(link, LinkPump.Now(_time));
            Arm();
        }
    }

    /// <inheritdoc cref="FairLimiter.Charge"/>
    public void Charge(long bytes)
    {
        if (!_isLimiting || bytes == 0) return;
        lock (_lock) _limiter.Charge(bytes, LinkPump.Now(_time));
    }

    /// <inheritdoc cref="FairLimiter.GiveBack"/>
    public void GiveBack(StreamId stream, int bytes)
    {
        if (!_isLimiting) return;
        lock (_lock)
        {
            _limiter.GiveBack(stream, bytes, LinkPump.Now(_time));
            Arm();
        }
    }

    /// <summary>Wakes nobody any more.</summary>
    public void Dispose() => _timer.Dispose();

    private void Changed()
    {
        _isLimiting = _limiter.IsLimiting;
        Arm();
    }

    /// <summary>Under the lock. Whoever is ready is told by the timer, too: who asks here may hold a
    /// lock that another party's turn would wait for.</summary>
    private void Arm()
    {
        var now = LinkPump.Now(_time);
        if ((_limiter.IsAnyReady ? now : _limiter.NextWakeUp) is not { } next || _wakeUp <= next)
            return;
        _wakeUp = next;

        // Rounded up: a timer of whole milliseconds would fire before its time. Never none at all: some
        // clocks would then call back here and now.
        var wait = Math.Ceiling(Math.Max(1, (next - now).TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    private void WakeUp()
    {
        lock (_lock)
        {
            _wakeUp = null;
            _limiter.Tick(LinkPump.Now(_time));
        }

        while (true)
        {
            FairLink? ready;
            lock (_lock)
            {
                if (!_limiter.TryTakeReady(out ready))
                {
                    Arm();
                    return;
                }
            }

            ((ILimitedParty)ready!.Owner).OnTurn();
        }
    }
}
