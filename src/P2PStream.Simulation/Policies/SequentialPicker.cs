using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// Strictly in the order of playback, each block from whoever delivers it first. What "sequential
/// download" means in the manuals of BitTorrent clients, e.g. libtorrent's streaming.html:
/// "simply wait until a queue slot opens up, and request the next piece in the sequence".
/// </summary>
internal sealed class SequentialPicker(SchedulerOptions options) : PolicyPicker(options)
{
    protected override TimeSpan Patience => TimeSpan.FromSeconds(2);

    protected override PolicyChoice? Choose()
    {
        foreach (PolicySlot slot in Wanted)
        {
            if (slot.IsOpen && SoonestPeer(slot) is { } peer) return new(slot, peer);
        }
        return null;
    }
}
