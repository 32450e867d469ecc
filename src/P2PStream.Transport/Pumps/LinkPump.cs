using System.Runtime.ExceptionServices;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// Drives one <see cref="PeerSession"/> over one <see cref="ILink"/>: reads frames and blocks into
/// it, hashes what it asks for, writes what it has to say, wakes it in time and tells its events.
/// Owns both.
/// </summary>
/// <remarks>
/// <para>Invariant: the session is touched only under <c>_gate</c>, and nothing waits under it.
/// Reading, hashing, writing and the observer run outside.</para>
/// <para>Reading and writing are one loop each. Events are delivered by whoever holds the baton:
/// the reader itself when nothing more is at hand, so that a slow observer holds back the remote, and
/// a third loop for what time, the writer and <see cref="Post"/> bring
/// about.</para>
/// </remarks>
public sealed partial class LinkPump : IAsyncDisposable
{
    /// <summary>How long a goodbye may take to be written, and the other end to close after
    /// it.</summary>
    internal static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly PeerSession _session;
    private readonly TimeProvider _time;
    private readonly ISessionObserver _observer;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _stopping;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TimeSpan? _wakeUp;
    private bool _isEnding;
    private bool _isOver;
    private bool _isStarted;
    private volatile bool _linkFailed;
    private ExceptionDispatchInfo? _observerFault;
    private long _bytesReceived;
    private long _bytesSent;

    /// <summary>Makes a pump; <see cref="RunAsync"/> starts it.</summary>
    /// <param name="link">The pump owns it from here on.</param>
    /// <param name="session">Nobody else touches it from here on; its
    /// <see cref="SessionOptions.Started"/> is <see cref="Now"/> of the same clock.</param>
    /// <param name="time">The clock.</param>
    /// <param name="observer">Hears the events.</param>
    /// <param name="limits">What the link obeys; null: nothing is limited.</param>
    public LinkPump(
        ILink link, PeerSession session, TimeProvider time, ISessionObserver observer,
        LinkLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(observer);
        Link = link;
        _session = session;
        _time = time;
        _observer = observer;
        _limits = limits;
        _place = limits?.Upload.Add(this, limits.Neighbourhood);
        _stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _stopping = _stop.Token;
        _timer = time.CreateTimer(
            static pump => ((LinkPump)pump!).WakeUp(), this, Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>The link; only to be looked at.</summary>
    public ILink Link { get; }

    /// <summary>Bytes read from the link so far.</summary>
    public long BytesReceived => Interlocked.Read(ref _bytesReceived);

    /// <summary>Bytes written to the link so far.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>What the remote did wrong, when that ended the session.</summary>
    public Violation Violation
    {
        get
        {
            lock (_gate) return _session.Violation;
        }
    }

    /// <summary>The present on the clock that every pump gives its session as <c>now</c>.</summary>
    public static TimeSpan Now(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time.GetElapsedTime(0, time.GetTimestamp());
    }

    /// <summary>Gives the session a command: from any thread, never waits. After the end it only
    /// releases the command's lease.</summary>
    /// <exception cref="InvalidOperationException">The command breaks an order, see
    /// <see cref="PeerSession.Do"/>.</exception>
    public void Post(in SessionCommand command) => PostAll(new ReadOnlySpan<SessionCommand>(in command));

    /// <summary>As <see cref="Post"/>, for several at once, in order.</summary>
    public void PostAll(ReadOnlySpan<SessionCommand> commands)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                foreach (ref readonly var dropped in commands) dropped.Lease?.Release();
                return;
            }

            var now = Now(_time);
            foreach (ref readonly var command in commands) _session.Do(command, now);
            Touched(now);
        }
    }

    /// <summary>Gives a channel number to open, see
    /// <see cref="PeerSession.NextChannel"/>.</summary>
    public ushort NextChannel()
    {
        lock (_gate) return _session.NextChannel();
    }

    /// <summary>
    /// Runs until the session or the link has ended, all events are delivered, all leases given
    /// back and the link is disposed. Runs once. What the remote or the network does never makes it
    /// throw.
    /// </summary>
    /// <param name="cancellationToken">Says goodbye to the remote and ends within two seconds; the
    /// task then completes as at any other end.</param>
    /// <exception cref="Exception">What the observer or the clock threw.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isStarted || _isOver) throw new InvalidOperationException("A pump runs once.");
            _isStarted = true;
            Touched(Now(_time));
        }

        try
        {
            var delivering = DeliverAsync();
            try
            {
                using (cancellationToken.UnsafeRegister(
                    static pump => ((LinkPump)pump!).Leave(SessionEndReason.ShuttingDown), this))
                {
                    var reading = ReadOrFailAsync();
                    await WriteAsync().ConfigureAwait(false);
                    await reading.ConfigureAwait(false);
                }
            }
            finally
            {
                await EndAsync().ConfigureAwait(false);
                _toDeliver.Set();
                await delivering.ConfigureAwait(false);
            }
        }
        finally
        {
            _ended.TrySetResult();
        }

        _observerFault?.Throw();
    }

    /// <summary>Says goodbye, unless the session has ended, and waits until the pump has ended. Not
    /// to be awaited by the observer, which the pump itself waits for.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isStarted;
        lock (_gate)
        {
            isStarted = _isStarted;
            _isStarted = true;
        }

        if (isStarted)
        {
            Leave(SessionEndReason.ShuttingDown);
            await _ended.Task.ConfigureAwait(false);
            return;
        }

        // It never ran: nobody hears its events.
        await EndAsync().ConfigureAwait(false);
        while (TryTakeEvent(out var unheard)) unheard.Lease?.Release();
        _ended.TrySetResult();
    }

    private void Leave(SessionEndReason reason) =>
        Post(new SessionCommand { Kind = SessionCommandKind.Goodbye, Value = (uint)reason });

    /// <summary>After every touch of the session, under the gate: collects what came of it and
    /// wakes whom it concerns. The reader delivers what it brought about itself.</summary>
    private void Touched(TimeSpan now, bool isReader = false)
    {
        var isNew = false;
        while (_session.TryTake(out var happened))
        {
            _events.Enqueue(happened);
            isNew = true;
        }

        if (isNew && !isReader) _toDeliver.Set();

        if (_session.HasEnded && !_isEnding)
        {
            _isEnding = true;
            _stop.CancelAfter(GoodbyeTimeout);
        }

        WakeWriter(now);
        Arm(now);
    }

    /// <summary>The timer is set anew only for an earlier time: an early wake-up costs less than a
    /// change with every frame.</summary>
    private void Arm(TimeSpan now)
    {
        if (_session.NextWakeUp is not { } next || _wakeUp <= next) return;
        _wakeUp = next;

        // Rounded up: a timer of whole milliseconds would fire before its time and then again and
        // again.
        var wait = Math.Ceiling(Math.Max(0, (next - now).TotalMilliseconds));
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    private void WakeUp()
    {
        lock (_gate)
        {
            if (_isOver) return;
            _wakeUp = null;
            var now = Now(_time);
            if (now >= _session.NextWakeUp) _session.Tick(now);
            Touched(now);
        }
    }

    /// <summary>The link carries nothing any more: whoever still reads or writes stops.</summary>
    private void FailLink()
    {
        _linkFailed = true;
        _stop.Cancel();
        lock (_gate) WakeWriter(Now(_time));
    }

    /// <summary>The remote takes nothing any more. What it said before, such as a goodbye, may not be read yet: the
    /// reader goes on to the end of it, for as long as a goodbye may take.</summary>
    private void FailOutput()
    {
        _linkFailed = true;
        _stop.CancelAfter(GoodbyeTimeout);
    }

    /// <summary>Reading, hashing and writing are over: gives everything back.</summary>
    private async ValueTask EndAsync()
    {
        lock (_gate)
        {
            _session.LinkLost(Now(_time));
            Touched(Now(_time));
            _batch.Clear();
            _isOver = true;
            if (_limits is not null) _limits.Upload.Remove(_place!);
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        await Link.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        _stop.Dispose();
    }
}
