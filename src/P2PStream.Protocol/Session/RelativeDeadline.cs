namespace P2PStream.Protocol;

/// <summary>Deadlines travel as whole milliseconds from now: u32, 49 days at most.</summary>
internal static class RelativeDeadline
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue);

    public static TimeSpan Clamp(TimeSpan left) =>
        left < TimeSpan.Zero ? TimeSpan.Zero : left > Longest ? Longest : left;

    public static uint ToWire(TimeSpan left) =>
        (uint)(Clamp(left).Ticks / TimeSpan.TicksPerMillisecond);

    public static TimeSpan FromWire(uint milliseconds) =>
        new(milliseconds * TimeSpan.TicksPerMillisecond);
}
