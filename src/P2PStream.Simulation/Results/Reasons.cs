using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>Sums of reasons, in the order of <see cref="SupplyReason"/>.</summary>
internal static class Reasons
{
    public static IReadOnlyDictionary<SupplyReason, long> Of(ReasonTally tally) =>
        Sum([tally.Given()]);

    public static IReadOnlyDictionary<SupplyReason, long> Sum(
        IEnumerable<IEnumerable<KeyValuePair<SupplyReason, long>>> parts)
    {
        var sums = new SortedDictionary<SupplyReason, long>();
        foreach (var (reason, count) in parts.SelectMany(part => part))
            sums[reason] = sums.GetValueOrDefault(reason) + count;
        return sums;
    }
}
