namespace P2PStream.Scheduling;

/// <summary>Deadlines and requests of 64 neighbouring slots. A lane has memory for those that are in use: its
/// ring is as long as it may get, and most of it is empty as a rule.</summary>
internal sealed class SlotPage
{
    internal readonly long[] Due = new long[Bitset.WordBits];
    internal readonly int[] First = new int[Bitset.WordBits];
    internal readonly int[] Second = new int[Bitset.WordBits];

    internal SlotPage()
    {
        Array.Fill(First, Lane.None);
        Array.Fill(Second, Lane.None);
    }

    /// <summary>The next one that is kept for later.</summary>
    internal SlotPage? Next { get; set; }
}
