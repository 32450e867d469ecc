namespace P2PStream;

/// <summary>Pauses between tries that double.</summary>
internal static class Pauses
{
    /// <summary>Twice as long, and no longer than <paramref name="longest"/>.</summary>
    public static TimeSpan Doubled(this TimeSpan pause, TimeSpan longest) =>
        pause * 2 < longest ? pause * 2 : longest;
}
