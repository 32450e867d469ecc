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

    /// <summary>A giver that is shared and brings a hand within so long keeps up: it has not all the copies to send that
    /// it can, and what it sends says nothing of what it could.</summary>
    private static readonly TimeSpan KeepsUp = TimeSpan.FromSeconds(2);

    /// <summary>Who has owed blocks for so long is judged by what came of them: what many ask for at once, a
    /// slow giver sends to none of them for a long time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>So long nothing of use was heard of scarce givers, and they are tried again.</summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromSeconds(10);

    /// <summary>A publisher may say longer times of its segments, a few of which would be too long to add.</summary>
    private static readonly TimeSpan LongestSegment = TimeSpan.FromDays(1);

    private TimeSpan _judgedAt = TimeSpan.MinValue / 2;
    private bool _isStale;

    /// <summary>No giver is linked: what most viewers say of them is said on, to those who come.</summary>
    private bool _isHearsay;

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
        var (viewers, lacking, silent) = Count();
        var isUsed = viewers <= state.Peers.Count;
        var isSaid = 2 * lacking >= viewers - 1 - silent && lacking > 0;
        var (given, sent) = isUsed ? Given(isSaid ? 0 : viewers - 1 - lacking, now) : (null, null);
        var played = isUsed ? Played(now) : 0;
        _isHearsay = !isUsed && isSaid;
        if (!isUsed) AreScarce = AreShared = false;
        else if (played > 0) Judge(given, sent, played, viewers, isSaid, isOriginUsed, now);
        Suffice = AreScarce && given >= SufficesFrom * played;
        var isStale = AreScarce != wereScarce || AreShared != wereShared
            || ((AreScarce || AreShared) && _isStale);
        _isStale = false;
        return isStale;
    }

    /// <summary>True when what peers were told of them is no longer so.</summary>
    public bool TryTakeNews()
    {
        var lacks = AreScarce || _isHearsay;
        if (state.LacksGivers == lacks) return false;
        state.LacksGivers = lacks;
        return true;
    }

    /// <summary>Viewers, this node among them; those of them who find givers scarce, and who have said nothing yet.</summary>
    private (int Viewers, int Lacking, int Silent) Count()
    {
        var (viewers, lacking, silent) = (1, 0, 0);
        foreach (var peer in state.Peers)
        {
            if (!peer.IsViewer) continue;
            viewers++;
            if (peer.LacksGivers) lacking++;
            else if (!peer.HasSpoken) silent++;
        }

        return (viewers, lacking, silent);
    }

    /// <summary>Asked by all, they send each a part of what they can; shared, nearly all of it to the few that ask
    /// at the same time. Where most find them scarce, nobody else asks them, and who comes has yet to say so. Who finds
    /// them scarce does not ask them, and who knows nothing of them does as most do: viewers that judge differently would
    /// wait for each other.</summary>
    private void Judge(
        double? given, double? sent, double played, int viewers, bool isSaid, bool isOriginUsed, TimeSpan now)
    {
        if (given is not null || !AreScarce) _judgedAt = now;
        var isForgotten = now - _judgedAt > ForgottenAfter;
        // Of whom nothing is asked, because they are scarce, nothing new is known.
        var areLeft = given is null && (isSaid || (AreScarce && !isForgotten));
        var isAmple = given is null
            ? viewers <= FewestSharers && !AreShared && !areLeft
            : AreShared ? given >= CarriesAllFrom * viewers * played
            : given >= (AreScarce ? AmpleFrom : ScarceBelow) * played;
        var canShare = sent is null ? !areLeft : sent >= SharedFrom * played || (AreShared && AreQuick(KeepsUp));
        // Who has just come may not ask the origin yet, and need not: others do.
        var mayLeave = isOriginUsed || (isSaid && state.MayUseOrigin);
        AreScarce = mayLeave && !isAmple && !canShare;
        // Where nobody else could bring it, to deal what they have is better than to ask for it many times.
        AreShared = !isAmple && (canShare || !mayLeave) && viewers > FewestSharers;
    }

    /// <summary>True when a giver would bring a hand in good time, asked now. One that would not has all the copies to
    /// send that it can, and another would make all of them later.</summary>
    /// <param name="within">What counts as good time.</param>
    public bool AreQuick(TimeSpan within)
    {
        foreach (var peer in state.Peers)
        {
            if (peer.IsViewer || peer.BytesMeasured < JudgedAfter) continue;
            var estimate = state.Picker.Estimate(peer.Source);
            var transfer = TimeSpan.FromSeconds(
                GiverDeals.Hand * ContentLimits.BlockBytes / Math.Max(1, estimate.Rate));
            if (estimate.RoundTrip + 2 * estimate.Deviation + transfer < within) return true;
        }

        return false;
    }

    /// <summary>Bytes a second that they send this node when it asks them, and that they could send to it and others
    /// that share them; null when none can be judged. What one sends this node is no measure of what it could send to
    /// all at once unless all asked it at that time: how much it sends to each by and by is.</summary>
    private (double? Given, double? Sent) Given(int others, TimeSpan now)
    {
        (double? given, double? sent) = (null, null);
        foreach (var peer in state.Peers)
        {
            if (peer.IsViewer) continue;
            peer.Shared.Note(peer.BytesReceived, AreShared, now);
            if (Rate(peer, now) is not { } rate) continue;
            given = (given ?? 0) + rate;
            sent = (sent ?? 0) + rate + others * peer.Shared.Of(rate);
        }

        return (given, sent);
    }

    private double? Rate(SwarmPeer peer, TimeSpan now)
    {
        var estimate = state.Picker.Estimate(peer.Source);
        if (peer.BytesMeasured >= JudgedAfter) return estimate.Rate;
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
