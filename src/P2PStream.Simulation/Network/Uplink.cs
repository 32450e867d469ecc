namespace P2PStream.Simulation;

/// <summary>
/// What one node may send. A queue as fair as fq_codel's: small messages of links that send nothing else go
/// at once, blocks of different links take turns. Both cost the line's time.
/// </summary>
internal sealed class Uplink(VirtualClock clock, double bitsPerSecond) : IEventTarget
{
    private readonly Queue<LinkEnd> _ready = [];
    private LinkEnd? _sending;
    private TimeSpan _owed;

    /// <summary>Bytes sent, heads of packets included.</summary>
    public long WireBytes { get; private set; }

    /// <summary>Puts the flights of one link on the line, one after the other.</summary>
    public void Send(LinkEnd link, Flight first)
    {
        if (first.IsLast && first.Payload == 0)
        {
            var time = Charge(first);
            _owed += time;
            link.Left(first, clock.Now + time);
            return;
        }

        link.Outbox = first;
        _ready.Enqueue(link);
        if (_sending is null) Next();
    }

    /// <summary>One block has left, or the link it was for is gone.</summary>
    public void Happen(int what, object? data)
    {
        var link = _sending!;
        _sending = null;
        if (link.Outbox is { } flight)
        {
            link.Outbox = flight.Next;
            link.Left(flight, clock.Now);
            if (link.Outbox is not null) _ready.Enqueue(link);
            else link.Node.Touch(link);
        }

        if (_sending is null) Next();
    }

    private void Next()
    {
        while (_ready.TryDequeue(out var link))
        {
            if (link.Outbox is not { } flight) continue;
            _sending = link;
            var time = Charge(flight) + _owed;
            _owed = TimeSpan.Zero;
            clock.After(time, this, 0);
            return;
        }
    }

    private TimeSpan Charge(Flight flight)
    {
        WireBytes += Wire.Bytes(flight.Length + flight.Payload);
        return Wire.Time(flight.Length + flight.Payload, bitsPerSecond);
    }
}
