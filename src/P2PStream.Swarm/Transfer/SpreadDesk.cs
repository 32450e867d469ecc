using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Requests for a stream that still grows, or that only peers have: what is given to one viewer can come to the
/// others from there, and must where nobody else could bring it. They wait here, where their order can still be changed
/// (<see cref="SpreadQueue"/>); a session is handed no more than the line is about to send. Who waits for a
/// further copy is soon sent away to ask those who have it by then, and invited back when there is nothing else
/// to send: in a line of many it would be served when it is late, and nobody would ask it for anything.
/// </summary>
internal sealed class SpreadDesk(SwarmState state)
{
    /// <summary>Blocks with sessions at least: when one is sent, the next is there.</summary>
    private const int LeastAhead = 2;

    /// <summary>What a session has not sent after so long is its peer's own affair: it is given nothing more before it
    /// takes that, and others do not wait for it. Two blocks on a line of 1 Mbit/s.</summary>
    public static readonly TimeSpan Taking = TimeSpan.FromMilliseconds(300);

    /// <summary>So long waits who asks for a further copy, about a round trip and some blocks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    /// <summary>So long it is remembered what the line can send.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(30);

    private readonly SpreadQueue _queue = new();
    private readonly CopyBook _copies = new();
    private readonly Invitations _invitations = new();

    /// <summary>Sessions have as many blocks as the line sent in 50 to 100 ms.</summary>
    private readonly RecentCount _sent = new(TimeSpan.FromMilliseconds(50));

    /// <summary>The most that it has sent in 50 to 100 ms lately, and when.</summary>
    private (int Blocks, TimeSpan At) _most;

    // Made once: it is passed with every look.
    private Action<SwarmPeer, SessionEvent, byte[]>? _sendAway;

    /// <summary>True while anybody waits.</summary>
    public bool HasRequests => _queue.Count > 0;

    /// <summary>When <see cref="Advance"/> is due; null while nobody waits.</summary>
    public TimeSpan? NextWakeUp { get; private set; }

    /// <summary>Blocks that the line is about to send.</summary>
    public int Ahead(TimeSpan now) => Math.Max(LeastAhead, _sent.At(now));

    /// <summary>True for a block that is played in its time, of a track to which more is added or that has no
    /// origin: who is refused would pay for it there. Where givers are scarce he would not: one is elected to.</summary>
    public bool IsFor(BlockId block) =>
        (IsLive(block) || state.LacksGivers || state.Records.Find(block.Segment) is { OriginUri.Length: 0 })
        && Blocks(block) is { } blocks && block.Index < blocks;

    /// <summary>Keeps a request that <see cref="IsFor"/> is true for.</summary>
    public void Add(SwarmPeer peer, in SessionEvent request, TimeSpan now)
    {
        var copies = _copies.Of(request.Block, Blocks(request.Block)!.Value);
        _queue.Add(peer, request, copies, IsLive(request.Block), now);
        NextWakeUp ??= now + Every;
    }

    /// <summary>Takes the next request to answer, if a session may be handed a block.</summary>
    /// <param name="handed">Blocks due soon that sessions have and have not sent.</param>
    /// <param name="now">The time.</param>
    /// <param name="peer">Who asks.</param>
    /// <param name="request">What for.</param>
    public bool TryTake(int handed, TimeSpan now, out SwarmPeer peer, out SessionEvent request)
    {
        (peer, request) = (null!, default);
        return HasRoom(handed, now) && _queue.TryTake(now, out peer, out request);
    }

    /// <summary>Sends away who has waited long enough, and invites who was sent away.</summary>
    /// <param name="handed">Blocks due soon that sessions have and have not sent.</param>
    /// <param name="now">The time.</param>
    public void Advance(int handed, TimeSpan now)
    {
        _queue.TakeRepeats(Patience, now, _sendAway ??= SendAway);
        Invite(handed, now);
        NextWakeUp = _queue.Count + _invitations.Count > 0 ? now + Every : null;
    }

    /// <summary>A block is handed to a peer's session.</summary>
    public void Handed(SwarmPeer peer, BlockId block, TimeSpan now)
    {
        _copies.Add(block);
        peer.GivenLately.Add(now);
    }

    /// <summary>A session has sent a block, or will not.</summary>
    public void Served(BlockId block, bool isWritten, TimeSpan now)
    {
        if (isWritten) Sent(now);
        else NotSent(block);
    }

    private void Sent(TimeSpan now)
    {
        _sent.Add(now);
        var lately = _sent.At(now);
        if (lately >= _most.Blocks || now - _most.At > Remembered) _most = (lately, now);
    }

    /// <summary>A block that was to be handed to a session could not be read.</summary>
    public void NotSent(BlockId block) => _copies.Remove(block);

    public void Cancel(SwarmPeer peer, uint request) => _queue.Cancel(peer, request);

    public void PeerLeft(SwarmPeer peer) => _queue.PeerLeft(peer);

    private void SendAway(SwarmPeer peer, SessionEvent request, byte[] copies)
    {
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.Reject,
            Request = request.Request,
            Value = (uint)RejectReason.Refused,
        });
        _invitations.Add(peer, request.Block, copies);
    }

    private bool IsLive(BlockId block) => state.Track(block.Segment.Track) is { Ended: false };

    /// <summary>Who is about to play is not to wait until it is seen again how quick a line is that was idle.</summary>
    private bool HasRoom(int handed, TimeSpan now) =>
        Room(handed, now) > 0 || (handed < _most.Blocks && _queue.HasUrgent(now));

    private int Room(int handed, TimeSpan now) => Ahead(now) - handed;

    private void Invite(int handed, TimeSpan now)
    {
        if (_queue.HasTakers(now)) return;
        while (_invitations.TryTake(Room(handed, now), now, out var peer, out var block))
            if (IsHere(block))
                state.Emit(peer, new SessionCommand
                {
                    Kind = SessionCommandKind.HaveBlocks,
                    Block = block,
                    Count = 1,
                });
    }

    private bool IsHere(BlockId block) =>
        state.Options.ServesOwnMedia || state.Kept.Contains(block.Segment)
        || state.Store.Find(block.Segment)?.Parts[block.Part].IsVerified(block.Index) == true;

    private int? Blocks(BlockId block) =>
        state.Records.Find(block.Segment) is { } record && record.Duration > TimeSpan.Zero
        && block.Part < record.Parts.Count
            ? record.Parts[block.Part].Blocks
            : null;
}
