namespace P2PStream.Simulation;

/// <summary>A rolling hash of all events of one node: two that agree in it went alike. Not for adversaries.</summary>
internal sealed class EventHash(long who)
{
    /// <summary>An odd number without pattern, as in SplitMix64.</summary>
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private ulong _state = 0x243F6A8885A308D3 ^ (ulong)who;

    public long Events { get; private set; }

    public void Add(long time, int what)
    {
        Events++;
        Mix((ulong)time << 8 ^ (uint)what);
    }

    /// <summary>What the event was about.</summary>
    public void Mix(ulong value)
    {
        _state = (_state ^ value) * Multiplier;
        _state ^= _state >> 29;
    }

    /// <summary>Takes in the events of another node.</summary>
    public void Add(EventHash other)
    {
        Events += other.Events;
        Mix(other._state);
    }

    public override string ToString() => _state.ToString("x16");
}
