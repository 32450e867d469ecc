namespace P2PStream.Simulation;

/// <summary>What one node may receive: everything that comes shares the line, first come first served.</summary>
internal sealed class Downlink(double bitsPerSecond)
{
    private TimeSpan _free;

    /// <summary>When something is through that reaches the line now.</summary>
    public TimeSpan Receive(int bytes, TimeSpan now)
    {
        var through = _free + Wire.Time(bytes, bitsPerSecond);
        return _free = through > now ? through : now;
    }
}
