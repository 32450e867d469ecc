using System.Globalization;
using P2PStream.Swarm;

namespace P2PStream.Tool;

/// <summary>Reasons for people, the most frequent first.</summary>
internal static class ReasonText
{
    /// <summary>Such as <c>no holder 12, slow holder 3</c>.</summary>
    public static string Of(IReadOnlyDictionary<SupplyReason, long> reasons, string unit = "")
    {
        var parts = reasons
            .OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key)
            .Select(reason => string.Create(
                CultureInfo.InvariantCulture, $"{Name(reason.Key)} {reason.Value}"));
        var text = string.Join(", ", parts);
        return unit.Length > 0 ? $"{text} {unit}" : text;
    }

    private static string Name(SupplyReason reason) => reason switch
    {
        SupplyReason.NobodyLinked => "nobody linked",
        SupplyReason.LateRecord => "late record",
        SupplyReason.NoHolder => "no holder",
        SupplyReason.FirstCopy => "first copy",
        SupplyReason.SlowHolder => "slow holder",
        SupplyReason.WrongEstimate => "wrong estimate",
        SupplyReason.HolderLeft => "holder left",
        SupplyReason.HolderRefused => "holder refused",
        SupplyReason.WrongBytes => "wrong bytes",
        SupplyReason.SlowOrigin => "slow origin",
        SupplyReason.NoRoom => "no room",
        _ => "not read",
    };
}
