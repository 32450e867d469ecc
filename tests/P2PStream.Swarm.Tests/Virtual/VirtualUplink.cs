namespace P2PStream.Swarm.Tests;

/// <summary>What carries bytes at a rate, one after another; nodes may share it.</summary>
/// <param name="rate">Bytes per second.</param>
/// <param name="queue">What waits in it at most, as a time: as a socket's buffer and a router do, it takes
/// more than has left.</param>
internal sealed class VirtualUplink(double rate, TimeSpan queue = default)
{
    private TimeSpan _free;

    public double Rate => rate;

    /// <summary>How long something sent now waits for what was sent before.</summary>
    public TimeSpan Wait(TimeSpan now) => _free > now ? _free - now : TimeSpan.Zero;

    /// <summary>When the sender may send on, and when the last byte has left.</summary>
    public (TimeSpan Taken, TimeSpan Left) Send(int bytes, TimeSpan now)
    {
        _free = now + Wait(now) + TimeSpan.FromSeconds(bytes / rate);
        var taken = _free - queue;
        return (taken > now ? taken : now, _free);
    }
}
