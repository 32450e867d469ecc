using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// The block that fewest peers have, whatever its deadline; ties are drawn. Source: B. Cohen,
/// "Incentives Build Robustness in BitTorrent" (2003), section 2.4.
/// </summary>
internal sealed class RarestFirstPicker(SchedulerOptions options) : PolicyPicker(options)
{
    private readonly Random _random = new((int)(options.Seed ^ options.Seed >> 32));

    protected override TimeSpan Patience => TimeSpan.FromSeconds(2);

    protected override PolicyChoice? Choose()
    {
        var rarest = new List<PolicySlot>();
        foreach (PolicySlot slot in Wanted)
        {
            if (!slot.IsOpen || slot.Peers.Count == 0) continue;
            if (rarest.Count > 0 && slot.Peers.Count > rarest[0].Peers.Count) continue;
            if (!slot.Peers.Any(HasRoom)) continue;
            if (rarest.Count > 0 && slot.Peers.Count < rarest[0].Peers.Count) rarest.Clear();
            rarest.Add(slot);
        }
        if (rarest.Count == 0) return null;
        PolicySlot drawn = rarest[_random.Next(rarest.Count)];
        return new(drawn, SoonestPeer(drawn)!);
    }
}
