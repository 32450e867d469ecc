using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Which peers count as links that were aimed for, and which one gives way to a newcomer. A peer that
/// came by itself and is of no use is neither a reason to stop dialling nor to refuse another.</summary>
internal sealed class LinkRoom(SwarmState state)
{
    /// <summary>Places that only peers dialled from here may take, where <see cref="SwarmOptions.MaxLinks"/>
    /// allows: who fills the rest cannot choose all our peers.</summary>
    public const int MostReserved = 8;

    /// <summary>A reserved place for so many links.</summary>
    public const int LinksPerReserved = 8;

    /// <summary>How long an exchange of blocks counts as use; then a peer that came by itself may give way.</summary>
    public static readonly TimeSpan UselessAfter = LinkAdmission.UselessAfter;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private TimeSpan _nextLook = TimeSpan.Zero;

    /// <summary>Peers that came by themselves, at most.</summary>
    public int MostInbound { get; } = state.Options.MaxLinks
        - Math.Min(MostReserved, state.Options.MaxLinks / LinksPerReserved);

    /// <summary>Notes, now and then, who was of use.</summary>
    public void Advance(TimeSpan now)
    {
        if (now >= _nextLook) Look(now);
    }

    /// <summary>Peers that count towards <see cref="SwarmOptions.TargetLinks"/>.</summary>
    public int CountAimedFor(TimeSpan now)
    {
        var count = 0;
        foreach (var peer in state.Peers)
            if (peer.IsDialled || IsUseful(peer, now)) count++;
        return count;
    }

    /// <summary>Peers dialled from here that would be admitted now.</summary>
    public int CountFree(TimeSpan now)
    {
        var free = state.Options.MaxLinks - state.Peers.Count;
        foreach (var peer in state.Peers)
            if (MayGiveWay(peer, now)) free++;
        return free;
    }

    /// <summary>Judges a newcomer.</summary>
    /// <param name="isDialled">True when this node dialled it.</param>
    /// <param name="now">The time.</param>
    /// <param name="evicted">Who has to give way; null for nobody.</param>
    /// <returns>False when it is one too many.</returns>
    public bool TryAdmit(bool isDialled, TimeSpan now, out SwarmPeer? evicted)
    {
        evicted = null;
        var inbound = 0;
        foreach (var peer in state.Peers)
            if (!peer.IsDialled) inbound++;
        if (state.Peers.Count < state.Options.MaxLinks && (isDialled || inbound < MostInbound))
            return true;
        Look(now);
        evicted = LeastUseful(now);
        return evicted is not null;
    }

    private static TimeSpan LastUse(SwarmPeer peer) => peer.LastUse ?? peer.Since;

    private static bool MayGiveWay(SwarmPeer peer, TimeSpan now) =>
        !peer.IsDialled && now - LastUse(peer) >= UselessAfter;

    /// <summary>What it says it has counts only of a peer that has given some: words are free.</summary>
    private static bool IsUseful(SwarmPeer peer, TimeSpan now) =>
        (peer.LastUse is { } used && now - used < UselessAfter)
        || (peer.BytesReceived > 0 && peer.HasWanted);

    private void Look(TimeSpan now)
    {
        _nextLook = now + LookEvery;
        foreach (var peer in state.Peers)
        {
            peer.NoteUse(now);
            peer.HasWanted = false;
            if (peer.BytesReceived == 0) continue;
            foreach (var segment in state.Store.All)
            {
                if (!segment.Wanted || !peer.HasSegment(segment.Id)) continue;
                peer.HasWanted = true;
                break;
            }
        }
    }

    /// <summary>Of those that may give way, one that has nothing wanted, then the one longest without use.</summary>
    private SwarmPeer? LeastUseful(TimeSpan now)
    {
        SwarmPeer? worst = null;
        foreach (var peer in state.Peers)
            if (MayGiveWay(peer, now) && (worst is null || IsWorse(peer, worst))) worst = peer;
        return worst;
    }

    private static bool IsWorse(SwarmPeer peer, SwarmPeer other) =>
        peer.HasWanted != other.HasWanted
            ? other.HasWanted
            : LastUse(peer) < LastUse(other);
}
