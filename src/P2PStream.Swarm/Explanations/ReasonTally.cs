namespace P2PStream.Swarm;

/// <summary>How often each <see cref="SupplyReason"/> was given.</summary>
public sealed class ReasonTally
{
    private static readonly SupplyReason[] All = Enum.GetValues<SupplyReason>();

    private readonly long[] _counts = new long[All.Length];

    /// <summary>How often one was given.</summary>
    public long this[SupplyReason reason] => _counts[(int)reason];

    /// <summary>Those that were given, in the order of <see cref="SupplyReason"/>, and how often.</summary>
    public IEnumerable<KeyValuePair<SupplyReason, long>> Given()
    {
        foreach (var reason in All)
            if (_counts[(int)reason] > 0) yield return new(reason, _counts[(int)reason]);
    }

    /// <summary>Sums of several, in the order of <see cref="SupplyReason"/>.</summary>
    public static IReadOnlyDictionary<SupplyReason, long> Sum(
        IEnumerable<IEnumerable<KeyValuePair<SupplyReason, long>>> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var sums = new SortedDictionary<SupplyReason, long>();
        foreach (var (reason, count) in parts.SelectMany(part => part))
            sums[reason] = sums.GetValueOrDefault(reason) + count;
        return sums;
    }

    internal void Add(SupplyReason reason) => _counts[(int)reason]++;
}
