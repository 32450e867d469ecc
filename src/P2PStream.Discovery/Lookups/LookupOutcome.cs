namespace P2PStream.Discovery;

/// <summary>How a look-up ended.</summary>
/// <param name="Count">Nodes that stored, or the nearest that answered.</param>
internal readonly record struct LookupOutcome(int Count)
{
    /// <summary>Queries in a row that led to the nearest node.</summary>
    public int Hops { get; init; }

    /// <summary>Nodes that have another version of what was put.</summary>
    public int Conflicts { get; init; }

    /// <summary>The united filters of seeds and other peers (BEP 33), one after the other.
    /// </summary>
    public byte[]? Filters { get; init; }
}
