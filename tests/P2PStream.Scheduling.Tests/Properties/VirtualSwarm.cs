using static P2PStream.Scheduling.Tests.Swarms;

namespace P2PStream.Scheduling.Tests;

/// <summary>
/// Sources that answer in virtual time: each serves its requests one after the other at its rate,
/// behind its round trip. A rate of 0 is a black hole.
/// </summary>
internal sealed class VirtualSwarm(IBlockPicker picker)
{
    private readonly Dictionary<int, (double Rate, double RoundTrip, double FreeAt)> _sources = [];
    private readonly PriorityQueue<uint, (double At, int Order)> _arriving = new();
    private int _order;

    internal double Now { get; private set; } = 1;

    internal Dictionary<(int Lane, long Position), double> ArrivedAt { get; } = [];

    internal Dictionary<uint, Pick> Picks { get; } = [];

    internal List<Pick> Order { get; } = [];

    internal List<Cancellation> Cancelled { get; } = [];

    /// <summary>Deliveries that were waste.</summary>
    internal int Wasted { get; private set; }

    internal int Add(in SourceProfile profile, double rate, double roundTrip)
    {
        int source = picker.AddSource(profile, Seconds(Now));
        _sources[source] = (rate, roundTrip, Now);
        return source;
    }

    internal void ChangeRate(int source, double rate) =>
        _sources[source] = _sources[source] with { Rate = rate };

    /// <summary>What the source is asked for from now on comes so much later.</summary>
    internal void Pause(int source, double seconds) => _sources[source] = _sources[source] with
    {
        FreeAt = Math.Max(_sources[source].FreeAt, Now) + seconds,
    };

    internal void RunUntil(double end)
    {
        while (true)
        {
            Act();
            // A double may round a wake-up down: a microsecond later is never too early.
            double next = picker.NextWakeUp is { } wake
                ? Math.Max(Now, wake.TotalSeconds + 1e-6)
                : end;
            bool arrives = _arriving.TryPeek(out _, out var first) && first.At <= next;
            if (arrives) next = first.At;
            if (next >= end && !(arrives && next <= end)) break;
            Now = next;
            if (arrives) Arrive(_arriving.Dequeue());
            else picker.Tick(Seconds(Now));
        }
        Now = end;
    }

    private void Act()
    {
        while (picker.TryPick(Seconds(Now), out Pick pick))
        {
            Order.Add(pick);
            Picks[pick.Ticket] = pick;
            var (rate, roundTrip, freeAt) = _sources[pick.Source];
            if (rate == 0) continue;
            freeAt = Math.Max(freeAt, Now + roundTrip) + Block / rate;
            _sources[pick.Source] = (rate, roundTrip, freeAt);
            _arriving.Enqueue(pick.Ticket, (freeAt, _order++));
        }
        while (picker.TryTakeCancelled(out Cancellation cancelled)) Cancelled.Add(cancelled);
    }

    private void Arrive(uint ticket)
    {
        Pick pick = Picks[ticket];
        if (picker.Delivered(ticket, Block, Seconds(Now)))
            ArrivedAt.Add((pick.Lane, pick.Position), Now);
        else Wasted++;
    }
}
