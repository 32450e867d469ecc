using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Answers requests: serves what is verified, parks subscriptions, rejects the rest. What is due soon
/// at any peer goes before what others fetch for later.</summary>
internal sealed class UploadDesk(SwarmState state, IUploadPolicy policy)
{
    /// <summary>A viewer keeps the rest of its memory for what it plays.</summary>
    private const int ShareForOthers = 4;

    /// <summary>So long those who have time wait while a peer does not take what is due soon. On a line that is
    /// slow for all it is better sent first.</summary>
    private static readonly TimeSpan Taking = TimeSpan.FromSeconds(2);

    private readonly ParkedRequests _parked = new();
    private readonly SpreadDesk _spread = new(state);

    /// <summary>Blocks that the host is reading for peers.</summary>
    private int _reading;

    /// <summary>Blocks that sessions have and have not sent: they stay in memory as long, evicted or not.</summary>
    private int _queued;

    /// <summary>Blocks due soon that sessions have and have not sent, whether their peers take them or not.</summary>
    private int _pressing;

    /// <summary>When somebody who has time has waited long enough; nobody does that waits for less.</summary>
    private TimeSpan? _nextRelaxed;

    /// <summary>When somebody has waited long enough.</summary>
    public TimeSpan? NextWakeUp =>
        _spread.NextWakeUp is { } spread && !(_nextRelaxed < spread) ? spread : _nextRelaxed;

    public void Requested(SwarmPeer peer, in SessionEvent e, TimeSpan now)
    {
        if (e.Deadline <= RelaxedRequests.HasTime)
        {
            if (!_spread.IsFor(e.Block)) Answer(peer, e, now);
            else
            {
                _spread.Add(peer, e, now);
                AnswerSpread(now);
            }
        }
        else if (!peer.Requests.TryAdd(e, now)) Reject(peer, e.Request, RejectReason.Busy);
        else
        {
            Plan(peer);
            AnswerRelaxed(now);
        }
    }

    /// <summary>Answers who has time, as far as nobody presses; tells those who have waited long enough that
    /// this node is busy.</summary>
    public void Advance(TimeSpan now)
    {
        if (_spread.NextWakeUp <= now) _spread.Advance(Pressing(SpreadDesk.Taking, now), now);
        AnswerSpread(now);
        // Nobody waits.
        if (_nextRelaxed is null) return;
        var isOver = _nextRelaxed <= now;
        if (!isOver && Pressing(Taking, now) > 0) return;
        _nextRelaxed = null;
        foreach (var peer in state.Peers)
        {
            while (peer.Requests.FirstSince + RelaxedRequests.Patience <= now
                && peer.Requests.TryTake(now, out var late))
                Reject(peer, late.Request, RejectReason.Busy);
            Plan(peer);
        }

        AnswerRelaxed(now);
    }

    private void Plan(SwarmPeer peer)
    {
        if (peer.Requests.FirstSince + RelaxedRequests.Patience is { } due
            && !(_nextRelaxed <= due)) _nextRelaxed = due;
    }

    private void AnswerSpread(TimeSpan now)
    {
        // Every peer is looked at to see what presses: only for somebody who waits.
        while (_spread.HasRequests
            && _spread.TryTake(Pressing(SpreadDesk.Taking, now), now, out var peer, out var next))
            Answer(peer, next, now);
    }

    /// <summary>Sessions are handed no more of what has time than the line is about to send: links take turns on it,
    /// so what comes meanwhile and presses would wait for a block of each.</summary>
    private void AnswerRelaxed(TimeSpan now)
    {
        // Every peer is looked at: only for somebody who waits.
        while (_nextRelaxed is not null && Pressing(Taking, now) == 0 && Relaxed(now) < _spread.Ahead(now)
            && WaitsLongest() is { } peer && peer.Requests.TryTake(now, out var next))
            Answer(peer, next, now);
    }

    private SwarmPeer? WaitsLongest()
    {
        SwarmPeer? longest = null;
        foreach (var peer in state.Peers)
            if (peer.Requests is { MayAnswer: true, FirstSince: { } since }
                && !(longest?.Requests.FirstSince <= since)) longest = peer;
        return longest;
    }

    /// <summary>Blocks that have time, and that sessions have and have not sent, without those of peers that do not
    /// take theirs.</summary>
    private int Relaxed(TimeSpan now)
    {
        var relaxed = 0;
        foreach (var peer in state.Peers)
            if (!peer.Requests.HoldsRelaxedFor(Taking, now)) relaxed += peer.Requests.Relaxed;
        return relaxed;
    }

    /// <summary>Blocks due soon that sessions have and have not sent, without those of peers that have not taken
    /// theirs for so long.</summary>
    private int Pressing(TimeSpan taking, TimeSpan now)
    {
        if (_pressing == 0) return 0;
        var pressing = 0;
        foreach (var peer in state.Peers)
            if (peer.Requests is { Pressing: > 0 } requests && !requests.HoldsFor(taking, now))
                pressing += requests.Pressing;
        return pressing;
    }

    private void Answer(SwarmPeer peer, in SessionEvent e, TimeSpan now)
    {
        var block = e.Block;
        if (state.Store.Find(block.Segment) is { } segment && Block(segment, block) is { } lease)
        {
            if (Decide(peer, e) is { } refusal) Reject(peer, e.Request, refusal);
            else if (HoldsTooMuch(peer)) Reject(peer, e.Request, RejectReason.Busy);
            else Serve(peer, e.Request, block, lease.AddReference(), e.Deadline, now);
            return;
        }

        if ((state.Options.ServesOwnMedia || state.Kept.Contains(block.Segment))
            && state.Records.Find(block.Segment) is { } record)
        {
            ReadOwnMedia(peer, e, record, now);
            return;
        }

        if (e.Value == 1 && Park(peer, e)) return;
        Reject(peer, e.Request, RejectReason.NotAvailable);
    }

    public void Cancelled(SwarmPeer peer, uint request)
    {
        peer.Requests.Cancel(request);
        _spread.Cancel(peer, request);
        _parked.Remove(peer.Number, request);
    }

    public void Served(SwarmPeer peer, BlockId block, int bytes, bool isWritten, TimeSpan now)
    {
        _spread.Served(block, isWritten, now);
        if (peer.UploadsQueued > 0)
        {
            peer.UploadsQueued--;
            _queued--;
        }

        if (peer.Requests.Served()) _pressing--;
        AnswerSpread(now);
        AnswerRelaxed(now);
        if (!isWritten) return;
        peer.BytesSent += bytes;
        state.Counters.BytesServed += bytes;
    }

    public void PeerLeft(SwarmPeer peer)
    {
        _parked.RemovePeer(peer.Number);
        _spread.PeerLeft(peer);
        _queued -= peer.UploadsQueued;
        _pressing -= peer.Requests.Pressing;
    }

    /// <summary>A block was verified: whoever subscribed gets it at once.</summary>
    public void Verified(StoredSegment segment, BlockId block, TimeSpan now)
    {
        foreach (var parked in _parked.Take(block))
        {
            if (state.Peer(parked.Peer) is not { } peer) continue;
            if (HoldsTooMuch(peer)) Reject(peer, parked.Request, RejectReason.Busy);
            else Serve(peer, parked.Request, block, Block(segment, block)!.AddReference(),
                parked.Deadline, now);
        }
    }

    /// <summary>The host read a block of its own media or from its store, or could not.</summary>
    public void OwnMediaRead(int number, uint request, BlockId block, Lease? lease, Hash256? digest,
        TimeSpan deadline)
    {
        _reading--;
        // A changed file or a worn disk must not make liars of us.
        // What cannot be told from that, because its leaf is not known, is not served either.
        var leaf = state.Leaves.Leaf(block);
        if (lease is not null && digest is { } read && leaf != read)
        {
            lease.Release();
            lease = null;
            if (leaf is not null) state.Forget(block.Segment);
        }
        else if (lease is null) state.Forget(block.Segment);

        if (state.Peer(number) is not { } peer)
        {
            lease?.Release();
            return;
        }

        if (lease is not null)
        {
            Hand(peer, request, block, lease, deadline);
            return;
        }

        _spread.NotSent(block);
        if (peer.Requests.Served()) _pressing--;
        Reject(peer, request, RejectReason.NotAvailable);
    }

    /// <summary>What is read for others must leave a viewer memory for itself.</summary>
    private bool IsShort() =>
        state.Options.IsViewer && _reading + _queued >= state.Pool.Capacity / ShareForOthers;

    /// <summary>Peers that take what they ask for slowly, or not at all, must leave it that memory, too. Each may
    /// still have its part of what is for others.</summary>
    private bool HoldsTooMuch(SwarmPeer peer) =>
        IsShort() && (long)peer.UploadsQueued * state.Peers.Count >= state.Pool.Capacity / ShareForOthers;

    private static Lease? Block(StoredSegment segment, BlockId block) =>
        block.Part < segment.Parts.Length && block.Index < segment.Parts[block.Part].Blocks
            ? segment.Parts[block.Part].Verified(block.Index)
            : null;

    private RejectReason? Decide(SwarmPeer peer, in SessionEvent e) =>
        policy.Decide(new UploadRequest(peer.Id, peer.IsViewer, e.Block, e.Deadline,
            peer.UploadsQueued, peer.BytesSent, peer.BytesReceived)) switch
        {
            UploadDecision.Serve => null,
            UploadDecision.Busy => RejectReason.Busy,
            _ => RejectReason.Refused,
        };

    private void ReadOwnMedia(SwarmPeer peer, in SessionEvent e, SegmentRecord record, TimeSpan now)
    {
        var block = e.Block;
        if (block.Part >= record.Parts.Count || block.Index >= record.Parts[block.Part].Blocks)
            Reject(peer, e.Request, RejectReason.OutOfRange);
        else if (Decide(peer, e) is { } refusal)
            Reject(peer, e.Request, refusal);
        else if (IsShort()
            || !state.TryRent(record.Parts[block.Part].BlockLength(block.Index), out var lease))
            Reject(peer, e.Request, RejectReason.Busy);
        else
        {
            _reading++;
            Count(peer, block, e.Deadline, now);
            state.Emit(new SwarmEffect
            {
                Kind = SwarmEffectKind.ReadOwnMedia,
                Peer = peer.Number,
                Number = e.Request,
                Block = block,
                Lease = lease,
                Deadline = e.Deadline,
            });
        }
    }

    /// <summary>A subscription to a block that will exist waits; the policy is asked as for any other.</summary>
    private bool Park(SwarmPeer peer, in SessionEvent e)
    {
        var block = e.Block;
        if (state.Records.Find(block.Segment) is not { } record
            || block.Part >= record.Parts.Count || block.Index >= record.Parts[block.Part].Blocks
            || Decide(peer, e) is not null) return false;
        return _parked.Add(peer.Number, e.Request, block, e.Deadline);
    }

    private void Serve(
        SwarmPeer peer, uint request, BlockId block, Lease lease, TimeSpan deadline, TimeSpan now)
    {
        Count(peer, block, deadline, now);
        Hand(peer, request, block, lease, deadline);
    }

    private void Count(SwarmPeer peer, BlockId block, TimeSpan deadline, TimeSpan now)
    {
        _spread.Handed(peer, block, now);
        var isPressing = deadline <= RelaxedRequests.HasTime;
        peer.Requests.Handed(isPressing, now);
        if (isPressing) _pressing++;
    }

    private void Hand(SwarmPeer peer, uint request, BlockId block, Lease lease, TimeSpan deadline)
    {
        peer.UploadsQueued++;
        _queued++;
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.Serve,
            Request = request,
            Block = block,
            Lease = lease,
            Deadline = deadline,
        });
    }

    private void Reject(SwarmPeer peer, uint request, RejectReason reason) =>
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.Reject,
            Request = request,
            Value = (uint)reason,
        });
}
