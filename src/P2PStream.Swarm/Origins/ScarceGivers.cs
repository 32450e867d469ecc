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
    public const long JudgedAfter = 4 * ContentLimits.BlockBytes;

    /// <summary>Who has owed blocks for so long is judged by what came of them: what many ask for at once, a
    /// slow giver sends to none of them for a long time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>So long nothing of use was heard of scarce givers, and they are tried again.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromSeconds(10);

    /// <summary>A publisher may say longer times of its segments, a few of which would be too long to add.</summary>
    private static readonly TimeSpan LongestSegment = TimeSpan.FromDays(1);

    private TimeSpan _judgedAt = TimeSpan.MinValue / 2;
    private bool _isStale;

    /// <summary>Givers that could send fewer copies of what is played than that, all who ask together, are left to
    /// who fetches from the origin; others are shared.</summary>
    private const double SharedFrom = 3;

    /// <summary>From here on they carry everyone in sight without being shared.</summary>
    private const double CarriesAllFrom = 1.5;

    /// <summary>Fewer viewers than that need not share what they do not know to be scarce.</summary>
    private const int FewestSharers = 4;

    /// <summary>True while they could carry some viewers but not all: these deal what is not due yet among
    /// themselves, and fetch it from givers once, see <see cref="GiverDeals"/>.</summary>
    public bool AreShared { get; private set; }

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

    /// <summary>True when the picker is to know of a peer's blocks what <see cref="GiverDeals"/> says.</summary>
    public bool Deals(SwarmPeer peer, LaneEntry entry) =>
        AreShared && !peer.IsViewer && IsTimed(entry);

    /// <summary>True for what is played in its time.</summary>
    public static bool IsTimed(LaneEntry entry) => entry.Segment.Record.Duration > TimeSpan.Zero;

    /// <summary>True for what is played in its time and lies at an origin.</summary>
    public static bool IsShared(LaneEntry entry) =>
        entry.Segment.Record.OriginUri.Length > 0 && entry.Segment.Record.Duration > TimeSpan.Zero;

    /// <summary>Looks at them again.</summary>
    /// <param name="isOriginUsed">False while nobody else could bring what they do not.</param>
    /// <param name="now">The time.</param>
    /// <returns>True when what the picker knows of them is no longer right.</returns>
    public bool Judge(bool isOriginUsed, TimeSpan now)
    {
        var (wereScarce, wereShared) = (AreScarce, AreShared);
        var (viewers, lacking) = Count();
        var isUsed = viewers <= state.Peers.Count;
        var given = isUsed ? Given(now) : null;
        var played = isUsed ? Played(now) : 0;
        if (!isUsed) AreScarce = AreShared = false;
        else if (played > 0) Judge(given, played, viewers, lacking, isOriginUsed, now);
        Suffice = AreScarce && given >= SufficesFrom * played;
        var isStale = AreScarce != wereScarce || AreShared != wereShared
            || ((AreScarce || AreShared) && _isStale);
        _isStale = false;
        return isStale;
    }

    /// <summary>True when what peers were told of them is no longer so.</summary>
    public bool TryTakeNews()
    {
        if (state.LacksGivers == AreScarce) return false;
        state.LacksGivers = AreScarce;
        return true;
    }

    /// <summary>Viewers, this node among them, and those of them who find givers scarce.</summary>
    private (int Viewers, int Lacking) Count()
    {
        var (viewers, lacking) = (1, 0);
        foreach (var peer in state.Peers)
        {
            if (!peer.IsViewer) continue;
            viewers++;
            if (peer.LacksGivers) lacking++;
        }

        return (viewers, lacking);
    }

    /// <summary>Asked by all, they send each a part of what they can; shared, nearly all of it to the few that ask
    /// at the same time. Who finds them scarce does not ask them, and who knows nothing of them does as most
    /// do: viewers that judge differently would wait for each other.</summary>
    private void Judge(
        double? given, double played, int viewers, int lacking, bool isOriginUsed, TimeSpan now)
    {
        if (given is not null || !AreScarce) _judgedAt = now;
        var isForgotten = now - _judgedAt > ForgottenAfter;
        var isSaid = 2 * lacking >= viewers - 1 && lacking > 0;
        // Of whom nothing is asked, because they are scarce, nothing new is known.
        var areLeft = given is null && (isSaid || (AreScarce && !isForgotten));
        var isAmple = given is null
            ? viewers <= FewestSharers && !AreShared && !areLeft
            : AreShared ? given >= CarriesAllFrom * viewers * played
            : given >= (AreScarce ? AmpleFrom : ScarceBelow) * played;
        var askers = viewers - lacking;
        var canShare = given is null ? !areLeft : given * askers >= SharedFrom * played;
        // Who has just come may not ask the origin yet, and need not: others do.
        var mayLeave = isOriginUsed || (isSaid && state.MayUseOrigin);
        AreScarce = mayLeave && !isAmple && !canShare;
        // Where nobody else could bring it, to deal what they have is better than to ask for it many times.
        AreShared = !isAmple && (canShare || !mayLeave) && viewers > FewestSharers;
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
                if (!IsTimed(entry)) continue;
                bytes += entry.Segment.Parts[entry.Part].Digest.Length;
                if (entry.Part > 0) continue;
                var length = entry.Segment.Record.Duration;
                duration += length < LongestSegment ? length : LongestSegment;
            }

            if (duration > TimeSpan.Zero) total += bytes / duration.TotalSeconds;
        }

        return total;
    }
}
