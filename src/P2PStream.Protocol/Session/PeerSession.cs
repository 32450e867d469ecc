namespace P2PStream.Protocol;

/// <summary>
/// One link's conversation with one remote node: hello, channels, requests and their leases, time
/// limits. Owns the leases granted to it; owns no socket, clock or thread, and is used by one caller
/// at a time.
/// </summary>
/// <remarks>
/// The driver's loop: <see cref="FrameReader.TryRead"/> on what the link gives; a control frame goes
/// to <see cref="Receive"/>; a data frame's header to <see cref="TryPlace"/>, its payload into the
/// slot, then <see cref="ReceiveData"/>; work to a hasher and back by <see cref="Complete"/>; after
/// any of these, <see cref="TryTransmit"/> as long as the link takes more and <see cref="TryTake"/>
/// until empty; <see cref="Tick"/> at <see cref="NextWakeUp"/>; when <see cref="HasEnded"/>, a last
/// <see cref="TryTransmit"/> for the goodbye; and at the very end, with nobody reading or hashing,
/// <see cref="LinkLost"/>. What the remote does ends the session at worst; only our own bugs throw.
/// </remarks>
public sealed partial class PeerSession
{
    private readonly SessionOptions _options;
    private readonly Ring<SessionEvent> _events = new();
    private readonly ControlQueue _control = new();
    private readonly ChannelTable _channels = new();
    private readonly OutgoingRequests _outgoing;
    private readonly IncomingRequests _incoming;
    private RateGuard _rates;
    private int _nextChannel;
    private bool _helloSent;
    private SessionEndReason? _goodbye;

    /// <summary>Starts a session: its hello is ready to be transmitted.</summary>
    public PeerSession(SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(
            options.RequestCredit, WireLimits.InitialCredit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.RequestCredit, WireLimits.MaximumCredit);
        _options = options;
        _outgoing = new OutgoingRequests(_events, _control);
        _incoming = new IncomingRequests(_events, _control);
        _rates = new RateGuard(options.Started);
        _nextChannel = options.IsInitiator ? 1 : 2;
        _heard = options.Started;
    }

    /// <summary>True once <see cref="SessionEventKind.Ended"/> has been raised.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The remote's hello; null until it came.</summary>
    public HelloFrame? RemoteHello { get; private set; }

    /// <summary>The version spoken; 0 until the remote's hello came.</summary>
    public ushort Version { get; private set; }

    /// <summary>What the remote did wrong when the session ended with
    /// <see cref="SessionEndReason.ProtocolViolation"/> by this end's judgement.</summary>
    public Violation Violation { get; private set; }

    /// <summary>Payload bytes received for requests that had been cancelled.</summary>
    public long WastedBytes => _outgoing.WastedBytes;

    /// <summary>Finds where a block belongs whose header has come.</summary>
    /// <param name="header">As read.</param>
    /// <param name="now">The present.</param>
    /// <param name="slot">The place of exactly that length, borrowed until <see cref="ReceiveData"/>:
    /// a late block of a cancelled request has one too.</param>
    /// <returns>False for a violation: the session has ended, read nothing more.</returns>
    public bool TryPlace(in DataHeader header, TimeSpan now, out Lease? slot)
    {
        slot = null;
        if (HasEnded) return false;
        var violation = Violation.None;
        if (RemoteHello is null) violation = Violation.BeforeHello;
        else if (!_channels.TryFind(header.Channel, out var channel))
            violation = Violation.UnknownChannel;
        else if (!channel.IsAccepted) violation = Violation.OutOfOrder;
        else violation = _outgoing.Place(header, out slot);
        if (violation == Violation.None) return true;
        Violate(violation);
        return false;
    }

    /// <summary>The payload of the data frame last placed is in its slot.</summary>
    public void ReceiveData(in DataHeader header, TimeSpan now)
    {
        _heard = now;
        _outgoing.Placed(header.Request);
    }

    /// <summary>Takes a block to hash. All that is taken must be completed, even after the end,
    /// unless <see cref="LinkLost"/> is called.</summary>
    public bool TryTakeWork(out HashWork work)
    {
        if (!HasEnded) return _outgoing.TryTakeWork(out work);
        work = default;
        return false;
    }

    /// <summary>Takes a digest in: the block has arrived.</summary>
    public void Complete(in Completion done, TimeSpan now) => _outgoing.Complete(done);

    /// <summary>Takes what happened, in order; <see cref="SessionEventKind.Ended"/> is last. Take all
    /// of it: a <see cref="SessionEventKind.BlockArrived"/> carries a lease.</summary>
    public bool TryTake(out SessionEvent e)
    {
        e = default;
        if (_events.Count == 0) return false;
        e = _events.Dequeue();
        return true;
    }

    /// <summary>Gives a channel number to open: odd for the initiator of the link, else even.</summary>
    /// <exception cref="InvalidOperationException">The link has used up its 32,767 numbers.</exception>
    public ushort NextChannel()
    {
        if (_nextChannel > ushort.MaxValue)
            throw new InvalidOperationException("The link's channel numbers are used up.");
        var number = (ushort)_nextChannel;
        _nextChannel += 2;
        return number;
    }

    /// <summary>The link is gone, and nobody reads into a slot or hashes a block any more: all leases
    /// are released, the session has ended.</summary>
    public void LinkLost(TimeSpan now)
    {
        End(SessionEndReason.LinkLost, byRemote: false);
        _goodbye = null;
        _outgoing.TakeBackLent();
    }

    private void Violate(Violation violation)
    {
        if (HasEnded) return;
        Violation = violation;
        End(SessionEndReason.ProtocolViolation, byRemote: false);
    }

    private void End(SessionEndReason reason, bool byRemote)
    {
        if (HasEnded) return;
        HasEnded = true;
        foreach (var channel in _channels.All)
        {
            _incoming.EndChannel(channel);
            _outgoing.EndChannel(channel);
        }

        _incoming.End();
        _channels.Clear();
        _control.Clear();
        if (!byRemote && reason < SessionEndReason.LinkLost) _goodbye = reason;
        _events.Enqueue(new SessionEvent
        {
            Kind = SessionEventKind.Ended,
            Value = (uint)reason,
            Count = byRemote ? 1u : 0u,
        });
    }
}
