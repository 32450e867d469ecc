namespace P2PStream.Simulation;

/// <summary>A rolling hash of all events: two runs that agree in it went alike. Not for adversaries.</summary>
internal sealed class EventHash
{
    /// <summary>An odd number without pattern, as in SplitMix64.</summary>
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private ulong _state = 0x243F6A8885A308D3;

    public long Events { get; private set; }

    public void Add(long time, long who, int what)
    {
        Events++;
        Mix((ulong)time);
        Mix((ulong)who << 8 ^ (ulong)(uint)what);
    }

    /// <summary>What the event was about.</summary>
    public void Mix(ulong value)
    {
        _state = (_state ^ value) * Multiplier;
        _state ^= _state >> 29;
    }

    public override string ToString() => _state.ToString("x16");
}
