using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Judges, where there is an origin, whether those who only give could carry every viewer by themselves. Where
/// they cannot, that they have everything says nothing of when it will be here: it must not keep viewers
/// from the origin, and what they send must not be sent twice.
/// </summary>
internal sealed class ScarceGivers(SwarmState state, PlaybackWindow window)
{
    /// <summary>Givers that send this node less than so many times what it plays are scarce: it is about to
    /// live from hand to mouth.</summary>
    private const double ScarceBelow = 2;

    /// <summary>Scarce givers are ample again from here on: asked by fewer, they seem faster than they are.</summary>
    private const double AmpleFrom = 4;

    /// <summary>From here on, scarce givers bring what this node was elected for without the origin.</summary>
    private const double SufficesFrom = 1.5;

    /// <summary>What a giver must have sent to be judged by its rate, which is a guess before that.</summary>
    private const long JudgedAfter = 4 * ContentLimits.BlockBytes;

    /// <summary>Who has owed blocks for so long is judged by what came of them: what many ask for at once, a
    /// slow giver sends to none of them for a long time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private bool _isStale;

    /// <summary>True while they are scarce.</summary>
    public bool AreScarce { get; private set; }

    /// <summary>True while they bring one copy in time, though not one for everyone.</summary>
    public bool Suffice { get; private set; }

    /// <summary>A peer says that it is a viewer, or that it is none.</summary>
    public void RolesChanged() => _isStale = true;

    /// <summary>True when the picker is to know no more of a peer's blocks than <see cref="GiverRations"/>
    /// says.</summary>
    public bool Withholds(SwarmPeer peer, LaneEntry entry) =>
        AreScarce && !peer.IsViewer && IsShared(entry);

    /// <summary>True for what is played in its time and lies at an origin.</summary>
    public static bool IsShared(LaneEntry entry) =>
        entry.Segment.Record.OriginUri.Length > 0 && entry.Segment.Record.Duration > TimeSpan.Zero;

    /// <summary>Looks at them again.</summary>
    /// <param name="isOriginUsed">False while nobody else could bring what they do not.</param>
    /// <param name="now">The time.</param>
    /// <returns>True when what the picker knows of them is no longer right.</returns>
    public bool Judge(bool isOriginUsed, TimeSpan now)
    {
        var wereScarce = AreScarce;
        var isUsed = isOriginUsed && HasGivers();
        var given = isUsed ? Given(now) : null;
        var played = given is null ? 0 : Played(now);
        if (!isUsed) AreScarce = false;
        else if (played > 0) AreScarce = given < (wereScarce ? AmpleFrom : ScarceBelow) * played;
        Suffice = AreScarce && given >= SufficesFrom * played;
        var isStale = AreScarce != wereScarce || (AreScarce && _isStale);
        _isStale = false;
        return isStale;
    }

    private bool HasGivers()
    {
        foreach (var peer in state.Peers)
            if (!peer.IsViewer) return true;
        return false;
    }

    /// <summary>Bytes a second that they send; null when none can be judged.</summary>
    private double? Given(TimeSpan now)
    {
        double? total = null;
        foreach (var peer in state.Peers)
            if (!peer.IsViewer && Rate(peer, now) is { } rate) total = (total ?? 0) + rate;
        return total;
    }

    private double? Rate(SwarmPeer peer, TimeSpan now)
    {
        var estimate = state.Picker.Estimate(peer.Source);
        if (peer.BytesReceived >= JudgedAfter) return estimate.Rate;
        var busy = now - peer.BusySince.At;
        return estimate.Outstanding > 0 && busy >= Patience
            ? (peer.BytesReceived - peer.BusySince.Bytes) / busy.TotalSeconds
            : null;
    }

    /// <summary>Bytes a second that are played.</summary>
    private double Played(TimeSpan now)
    {
        var total = 0.0;
        foreach (var lane in window.Lanes)
        {
            if (!lane.IsFollowed(now)) continue;
            var bytes = 0L;
            var duration = TimeSpan.Zero;
            foreach (var entry in lane.Entries)
            {
                if (!IsShared(entry)) continue;
                bytes += entry.Segment.Parts[entry.Part].Digest.Length;
                if (entry.Part == 0) duration += entry.Segment.Record.Duration;
            }

            if (duration > TimeSpan.Zero) total += bytes / duration.TotalSeconds;
        }

        return total;
    }
}
