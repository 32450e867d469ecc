using System.Buffers;
using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>One end of a link: a real session, and what it says on its way to the other end.</summary>
internal sealed class LinkEnd : IEventTarget
{
    private const int Arrival = 1;
    private const int Received = 2;
    private const int SessionTick = 3;
    private const int LossHeard = 4;

    private readonly World _world;
    private readonly VirtualClock _clock;
    private readonly Bench _bench;
    private readonly bool _isInitiator;
    private PeerSession? _session;
    private TimeSpan _lastArrival;
    private TimeSpan _tickAt = TimeSpan.MaxValue;
    private bool _isWriting;

    public LinkEnd(World world, SimulatedNode node, SimulatedNode remote, bool isInitiator)
    {
        _world = world;
        _clock = node.Clock;
        _bench = node.Bench;
        _isInitiator = isInitiator;
        Node = node;
        Remote = remote;
    }

    public SimulatedNode Node { get; }

    public SimulatedNode Remote { get; }

    public LinkEnd Other { get; set; } = null!;

    /// <summary>What both ends say to each other, from when this end is open until it is gone.</summary>
    public PeerSession Session =>
        _session ?? throw new InvalidOperationException("The link's end is gone.");

    /// <summary>Its number towards the swarm; 0 until the swarm knows the peer.</summary>
    public int Peer { get; set; }

    public ushort Channel { get; set; }

    /// <summary>It is on its node's list of links to look at in its next turn.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Nothing is sent or received any more.</summary>
    public bool IsGone => _session is null;

    /// <summary>What waits for its turn on the uplink.</summary>
    public Flight? Outbox { get; set; }

    /// <summary>Its node has it from now on.</summary>
    public void Open() => _session = new PeerSession(new SessionOptions
    {
        IsInitiator = _isInitiator,
        Nonce = (UInt128)Node.Number + 1,
        Started = _clock.Now,
        ListenPort = 1,
    });

    public void Do(in SessionCommand command)
    {
        if (IsGone || Session.HasEnded) command.Lease?.Release();
        else Session.Do(command, _clock.Now);
    }

    /// <summary>Hands on what the session says, and sends what it has to send.</summary>
    public void Pump()
    {
        if (IsGone) return;
        Drain();
        if (!_isWriting) Write();
        // Its goodbye, if it had one, is on its way.
        if (Session.HasEnded && !_isWriting) End();
        PlanTick();
    }

    public void Happen(int what, object? data)
    {
        switch (what)
        {
            case Arrival: Arrive((Flight)data!); break;
            case Received: Receive((Flight)data!); break;
            case SessionTick: Tick(); break;
            case LossHeard: Lose(); break;
        }
    }

    /// <summary>A flight has left the uplink.</summary>
    public void Left(Flight flight, TimeSpan at)
    {
        var arrival = _world.Network.Arrival(Node, Remote, at);
        if (arrival < _lastArrival) arrival = _lastArrival;
        _lastArrival = arrival;
        var isLast = flight.IsLast;
        _clock.Send(flight.To._clock, arrival, flight.To, Arrival, flight);
        if (!isLast) return;
        _isWriting = false;
        if (!IsGone) Session.Transmitted(_clock.Now);
    }

    /// <summary>The link is lost at this end now, and at the other once word of it gets there.</summary>
    public void Close()
    {
        if (IsGone) return;
        TellLoss();
        Lose();
    }

    /// <summary>The other end hears that this one is not there any more.</summary>
    public void TellLoss() =>
        _clock.Send(Other._clock, _world.Network.Arrival(Node, Remote, _clock.Now), Other, LossHeard);

    /// <summary>This end is gone without a word.</summary>
    public void Vanish()
    {
        if (IsGone) return;
        DropOutbox();
        Session.LinkLost(_clock.Now);
        while (Session.TryTake(out var e)) e.Lease?.Release();
        End();
    }

    private void Lose()
    {
        if (IsGone) return;
        DropOutbox();
        Session.LinkLost(_clock.Now);
        Drain();
        End();
    }

    private void End()
    {
        _session = null;
        if (_tickAt < TimeSpan.MaxValue) _clock.Forget(this, SessionTick);
    }

    private void DropOutbox()
    {
        for (; Outbox is { } flight; Outbox = flight.Next) _bench.Flights.Return(flight);
    }

    private void Drain()
    {
        while (Session.TryTake(out var e)) Node.OnSession(this, e);
    }

    private void Write()
    {
        if (Node.IsSilent) return;
        var batch = _bench.Batch;
        if (!Session.TryTransmit(_clock.Now, batch)) return;
        Flight? first = null, last = null;
        var isOpen = false;
        for (var i = 0; i < batch.SegmentCount; i++)
        {
            var segment = batch.GetSegment(i);
            var isPayload = batch.IsPayload(i);
            if (!isOpen)
            {
                var flight = _bench.Flights.Rent(Other);
                if (last is null) first = flight;
                else last.Next = flight;
                last = flight;
            }

            isOpen = !isPayload;
            if (!isPayload) last!.Append(segment.Span);
            else (last!.Payload, last.IsWrong) = (segment.Length, Node.SendsWrongBytes);
        }

        batch.Clear();
        last!.IsLast = true;
        _isWriting = true;
        Node.Uplink.Send(this, first!);
    }

    private void Arrive(Flight flight)
    {
        if (IsGone)
        {
            _bench.Flights.Return(flight);
            return;
        }

        var through = Node.Downlink.Receive(flight.Length + flight.Payload, _clock.Now);
        if (through > _clock.Now) _clock.At(through, this, Received, flight);
        else Receive(flight);
    }

    private void Receive(Flight flight)
    {
        _clock.Hash.Mix((ulong)flight.Length << 32 ^ (ulong)flight.Payload);
        if (!IsGone && !Session.HasEnded)
        {
            var unread = new ReadOnlySequence<byte>(flight.Bytes, 0, flight.Length);
            while (!unread.IsEmpty && ReadFrame(flight, ref unread)) { }
            Drain();
            Node.Touch(this);
        }

        _bench.Flights.Return(flight);
    }

    private bool ReadFrame(Flight flight, ref ReadOnlySequence<byte> unread)
    {
        var now = _clock.Now;
        switch (FrameReader.TryRead(
            unread, Session.RemoteHello is not null, out var header, out var data))
        {
            case FrameStatus.Control:
                Session.Receive(FrameReader.GetFrame(unread, header, ref _bench.Scratch), now);
                unread = unread.Slice(header.TotalLength);
                return !Session.HasEnded;
            case FrameStatus.Data:
                unread = unread.Slice(FrameReader.DataPrefix);
                if (Session.TryPlace(data, now, out _)) Take(data, flight.IsWrong);
                return false;
            case FrameStatus.Violation:
                Session.ReceiveMalformed(header, now);
                return false;
            default:
                throw new InvalidOperationException("A flight holds whole frames only.");
        }
    }

    /// <summary>A block is in its place; its digest is that of what was published, or another.</summary>
    private void Take(in DataHeader data, bool isWrong)
    {
        var now = _clock.Now;
        Session.ReceiveData(data, now);
        Node.Meter.BlockBytesReceived += data.Length;
        if (isWrong) Node.Meter.RejectedBytes += data.Length;
        var digest = isWrong ? default : _world.Stream.Leaf(data.Block);
        while (Session.TryTakeWork(out var work))
            Session.Complete(new Completion(work.Token, digest), now);
    }

    private void PlanTick()
    {
        if (IsGone || Session.NextWakeUp is not { } wake || wake >= _tickAt) return;
        _tickAt = wake;
        _clock.At(wake, this, SessionTick);
    }

    /// <summary>What is heard moves the moment on: an early tick only plans the next.</summary>
    private void Tick()
    {
        if (_clock.Now < _tickAt) return;
        _tickAt = TimeSpan.MaxValue;
        if (IsGone || !Node.IsHere) return;
        if (Session.NextWakeUp <= _clock.Now)
        {
            Session.Tick(_clock.Now);
            Node.Touch(this);
        }

        PlanTick();
    }
}
