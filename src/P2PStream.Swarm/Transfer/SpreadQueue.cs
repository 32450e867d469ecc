using System.Runtime.InteropServices;
using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Requests that wait, in the order that makes them spread: a block of which fewer copies have been given away
/// goes first, and of those who ask for it the one who has been given less lately. So all that is new leaves
/// once before any of it leaves twice, and who asks for everything does not get it before the others. Of what
/// has ended, each viewer plays something else: there, who is about to play goes before all that.
/// </summary>
internal sealed class SpreadQueue
{
    /// <summary>Who starts waits a second for its first block; a few blocks more are due when that is played.</summary>
    private static readonly TimeSpan AboutToPlay = TimeSpan.FromSeconds(1.5);

    private readonly List<Waiting> _waiting = [];

    public int Count => _waiting.Count;

    /// <summary>True when somebody waits who is about to play what has ended.</summary>
    public bool HasUrgent(TimeSpan now)
    {
        foreach (ref readonly var waiting in CollectionsMarshal.AsSpan(_waiting))
            if (waiting.IsUrgent(now)) return true;
        return false;
    }

    /// <param name="peer">Who asks.</param>
    /// <param name="request">What for.</param>
    /// <param name="copies">The copies of the blocks of its part, which go on being counted there.</param>
    /// <param name="isLive">True when all play it at the same time.</param>
    /// <param name="now">The time.</param>
    public void Add(SwarmPeer peer, in SessionEvent request, byte[] copies, bool isLive, TimeSpan now) =>
        _waiting.Add(new Waiting(
            peer, request.Request, request.Block, request.Value, now, now + request.Deadline, copies, isLive));

    /// <summary>True when somebody waits who has taken what he was given: the others could wait for ever.</summary>
    public bool HasTakers(TimeSpan now)
    {
        foreach (ref readonly var waiting in CollectionsMarshal.AsSpan(_waiting))
            if (waiting.IsTaker(now)) return true;
        return false;
    }

    /// <summary>Takes the first of those who have taken what they were given, with what is left of its time.</summary>
    public bool TryTake(TimeSpan now, out SwarmPeer peer, out SessionEvent request)
    {
        var best = -1;
        for (var i = 0; i < _waiting.Count; i++)
        {
            if (!_waiting[i].IsTaker(now)) continue;
            if (best < 0 || IsBefore(_waiting[i], _waiting[best], now)) best = i;
        }

        (peer, request) = (null!, default);
        if (best < 0) return false;
        peer = _waiting[best].Peer;
        request = _waiting[best].RequestAt(now);
        _waiting.RemoveAt(best);
        return true;
    }

    /// <summary>Takes all that have waited for some time for a block that others have been given.</summary>
    /// <param name="patience">For how long.</param>
    /// <param name="now">The time.</param>
    /// <param name="take">Is given who asks, for what, and the copies of the blocks of its part.</param>
    public void TakeRepeats(TimeSpan patience, TimeSpan now, Action<SwarmPeer, SessionEvent, byte[]> take)
    {
        var kept = 0;
        for (var i = 0; i < _waiting.Count; i++)
        {
            var waiting = _waiting[i];
            if (waiting.Since + patience <= now && waiting.Copies > 0 && !waiting.IsUrgent(now))
                take(waiting.Peer, waiting.RequestAt(now), waiting.InPart);
            else _waiting[kept++] = waiting;
        }

        _waiting.RemoveRange(kept, _waiting.Count - kept);
    }

    public void Cancel(SwarmPeer peer, uint request) =>
        _waiting.RemoveAll(waiting => waiting.Peer == peer && waiting.Number == request);

    public void PeerLeft(SwarmPeer peer) => _waiting.RemoveAll(waiting => waiting.Peer == peer);

    private static bool IsBefore(in Waiting a, in Waiting b, TimeSpan now)
    {
        var isUrgent = a.IsUrgent(now);
        if (isUrgent != b.IsUrgent(now)) return isUrgent;
        if (a.Copies != b.Copies) return a.Copies < b.Copies;
        var (givenA, givenB) = (a.Peer.GivenLately.At(now), b.Peer.GivenLately.At(now));
        return givenA != givenB
            ? givenA < givenB
            : a.Due < b.Due;
    }

    /// <summary>What of a request is needed to answer it: the whole event is four times as large.</summary>
    private readonly record struct Waiting(
        SwarmPeer Peer, uint Number, BlockId Block, uint Value, TimeSpan Since, TimeSpan Due, byte[] InPart,
        bool IsLive)
    {
        public int Copies => InPart[Block.Index];

        public bool IsTaker(TimeSpan now) => !Peer.Requests.HoldsFor(SpreadDesk.Taking, now);

        /// <summary>Of a live stream all that is late is late for all: more copies would make it later.</summary>
        public bool IsUrgent(TimeSpan now) => !IsLive && Due - now < AboutToPlay;

        /// <summary>The request, with what is left of its time.</summary>
        public SessionEvent RequestAt(TimeSpan now) => new()
        {
            Kind = SessionEventKind.Requested,
            Request = Number,
            Block = Block,
            Value = Value,
            Deadline = Due - now,
        };
    }
}
