namespace P2PStream.Tests.Shared;

/// <summary>What code allocates on the managed heap.</summary>
internal static class Allocations
{
    /// <summary>How often <see cref="Least"/> runs a round at most.</summary>
    public const int MostRounds = 20;

    /// <summary>The bytes of the round that allocated least, the first that has none included.</summary>
    /// <remarks>What a round allocates it allocates each time. A collection that other threads bring about counts
    /// what is left of this thread's buffer as allocated, and the runtime allocates for itself, as when it compiles
    /// a method anew: neither meets every round.</remarks>
    /// <param name="round">Run before by the caller, so that caches and pools are filled.</param>
    public static long Least(Action round)
    {
        var least = long.MaxValue;
        for (var i = 0; i < MostRounds && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
