namespace P2PStream.Protocol;

/// <content>What time does.</content>
public sealed partial class PeerSession
{
    private TimeSpan _heard;
    private TimeSpan? _writingSince;
    private TimeSpan? _pingSent;
    private bool _isPingQueued;
    private ulong _pingToken;

    private bool IsPinging => _isPingQueued || _pingSent is not null;

    /// <summary>When <see cref="Tick"/> must next be called; null when nothing waits for time.</summary>
    public TimeSpan? NextWakeUp
    {
        get
        {
            if (HasEnded) return null;
            var next = Deadline();
            return _helloSent && !IsPinging ? Min(next, _heard + SessionLimits.PingAfter) : next;
        }
    }

    /// <summary>Lets time pass: pings, and ends a session whose remote is silent.</summary>
    public void Tick(TimeSpan now)
    {
        if (HasEnded) return;
        if (now >= Deadline()) End(SessionEndReason.TimedOut, byRemote: false);
        else if (_helloSent && !IsPinging && now >= _heard + SessionLimits.PingAfter)
            _isPingQueued = true;
    }

    /// <summary>When the remote has been awaited for too long, if nothing changes.</summary>
    private TimeSpan Deadline()
    {
        var deadline = _heard + SessionLimits.IdleTimeout;
        if (RemoteHello is null)
            deadline = Min(deadline, _options.Started + SessionLimits.HelloTimeout);
        if (_writingSince is { } since) deadline = Min(deadline, since + SessionLimits.IdleTimeout);
        foreach (var channel in _channels.All)
        {
            if (channel.IsClosing) deadline = Min(deadline, channel.CloseBy);
            if (channel.Cancelled.First is { } oldest) deadline = Min(deadline, oldest.AnswerBy);
        }

        return deadline;
    }

    private void WritePing(TimeSpan now, TransmitBatch batch)
    {
        _isPingQueued = false;
        _pingSent = now;
        new PingFrame(++_pingToken).Write(batch, FrameType.Ping);
    }

    private Violation ReceivePong(in PingFrame pong, TimeSpan now)
    {
        if (_pingSent is not { } sent || pong.Token != _pingToken) return Violation.UnexpectedPong;
        _pingSent = null;
        _events.Enqueue(new SessionEvent
        {
            Kind = SessionEventKind.RoundTrip,
            Deadline = now - sent,
        });
        return Violation.None;
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
