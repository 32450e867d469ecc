using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <summary>
/// Turns the picker's choices into requests and what arrives into verified blocks. Owns the requests
/// in flight. Nothing unverified leaves this room.
/// </summary>
internal sealed partial class BlockTransfers(
    SwarmState state, PlaybackWindow window, LeafFetcher leaves, OriginFetcher origin,
    ShareBoard shares, IDownloadBudget? budget)
{
    /// <summary>Seconds; a source that slow is not waited for.</summary>
    private const double LongestExpected = 3600;

    private readonly Dictionary<uint, InFlightRequest> _inFlight = [];

    /// <summary>Called for every block that has been verified.</summary>
    public Action<StoredSegment, BlockId>? Verified { get; set; }

    /// <summary>Called for a segment of which the host's store gave other bytes than it was given.</summary>
    public Action<SegmentId>? SpoiledInStore { get; set; }

    /// <summary>Says why a block is asked of the origin: its place, its index, and whether it is under way
    /// elsewhere.</summary>
    public Func<LaneEntry, int, bool, SupplyReason>? WhyOrigin { get; set; }

    public int InFlight => _inFlight.Count;

    /// <summary>True when memory or the download limit kept the last choice from being asked for.</summary>
    public bool IsShortOfRoom { get; private set; }

    /// <summary>The oldest request for a block that is under way; null when there is none.</summary>
    public InFlightRequest? UnderWay(BlockId block)
    {
        InFlightRequest? oldest = null;
        foreach (var request in _inFlight.Values)
            if (request.Block == block && (oldest is null || request.AskedAt < oldest.Value.AskedAt))
                oldest = request;
        return oldest;
    }

    /// <summary>Asks for what the picker chooses now, and cancels what it has given up.</summary>
    public void Advance(TimeSpan now)
    {
        origin.Throttle();
        IsShortOfRoom = true;
        while (budget?.TryTake() != false)
        {
            var isPicked = TryPick(now, out var pick);
            // First, so that nobody is asked anew for what it still believes to owe.
            CancelAll();
            if (!isPicked) IsShortOfRoom = false;
            else if (Request(pick, now)) continue;

            // In this order: what is given back must not be given to us again.
            budget?.Rest();
            budget?.GiveBack(FairLimiter.Quantum);
            break;
        }

        CancelAll();
        origin.Flush();
    }

    private void CancelAll()
    {
        while (state.Picker.TryTakeCancelled(out var cancelled)) Cancel(cancelled);
    }

    private bool TryPick(TimeSpan now, out Pick pick)
    {
        while (!state.Picker.TryPick(now, out pick))
            if (!shares.TryOffer(now)) return false;
        return true;
    }

    /// <summary>A block came from a peer; takes over the lease.</summary>
    public void Arrived(SwarmPeer peer, in SessionEvent e, TimeSpan now)
    {
        peer.BytesReceived += e.Lease!.Length;
        if (!_inFlight.ContainsKey(e.Request)) ArrivedLate(e, peer.Number, now);
        else
        {
            peer.BytesMeasured += e.Lease.Length;
            Arrived(e.Request, peer.Number, e.Lease, e.Digest, now);
        }
    }

    /// <summary>A block came, from a peer or the origin; takes over the lease.</summary>
    public void Arrived(uint ticket, int giver, Lease lease, Hash256 digest, TimeSpan now)
    {
        if (!_inFlight.Remove(ticket, out var request))
        {
            budget?.Charge(lease.Length);
            Waste(lease);
            return;
        }

        var block = request.Block;
        var segment = state.Store.Find(block.Segment);
        if (segment is null || segment.Parts[block.Part].IsPlaced(block.Index))
        {
            state.Picker.Delivered(ticket, lease.Length, now);
            Waste(lease);
            return;
        }

        if (state.Leaves.Leaf(block) is { } leaf && digest != leaf)
        {
            state.Picker.Failed(ticket, FailureReason.Corrupt, now);
            Note(request, SupplyReason.WrongBytes);
            Reject(giver, block, lease);
            return;
        }

        if (now > request.Deadline) state.Counters.LateBlocks++;
        if (giver == InFlightRequest.Origin && window.Locate(block) is { } place)
            place.Entry.Came(block.Index, now);
        state.Picker.Delivered(ticket, lease.Length, now);
        Keep(segment, block, giver, lease, digest, now);
    }

    private void Keep(
        StoredSegment segment, BlockId block, int giver, Lease lease, Hash256 digest, TimeSpan now)
    {
        var part = segment.Parts[block.Part];
        if (state.Leaves.Leaf(block) is not null)
        {
            part.Place(block.Index, lease, giver);
            Accept(segment, block, now);
            return;
        }

        part.Place(block.Index, lease, digest, giver);
        if (CanVerifyWhole(part)) VerifyWhole(segment, block.Part, now);
        else leaves.Want(block.Segment, block.Part);
    }

    /// <summary>A block came from the host's store; takes over the lease. It is verified like any other: the
    /// store is outside.</summary>
    public void Restored(
        StoredSegment segment, BlockId block, Lease lease, Hash256 digest, TimeSpan now)
    {
        var part = segment.Parts[block.Part];
        part.Place(block.Index, lease, digest, InFlightRequest.Store);
        if (state.Leaves.Leaf(block) == digest) Accept(segment, block, now);
        else if (CanVerifyWhole(part)) VerifyWhole(segment, block.Part, now);
    }

    /// <summary>A leaf list has been verified: blocks that waited for it are accepted or thrown out.</summary>
    public void LeavesKnown(SegmentId id, ushort partIndex, TimeSpan now)
    {
        if (state.Store.Find(id) is not { } segment) return;
        var part = segment.Parts[partIndex];
        for (var i = 0; i < part.Blocks; i++)
        {
            if (!part.IsPlaced(i) || part.IsVerified(i)) continue;
            var block = new BlockId(id, partIndex, (ushort)i);
            if (part.DigestOf(i) == state.Leaves.Leaf(block)) Accept(segment, block, now);
            else ThrowOut(segment, block, now);
        }
    }

    /// <summary>A request will not be answered.</summary>
    public void Failed(uint ticket, FailureReason reason, TimeSpan now)
    {
        if (!_inFlight.Remove(ticket, out var request)) return;
        GiveBack(request);
        Note(request, SupplyReason.HolderRefused);
        state.Picker.Failed(ticket, reason, now);
    }

    /// <summary>A peer is gone; the picker has ended its requests already.</summary>
    public void PeerLeft(int number)
    {
        var ended = new List<uint>();
        foreach (var (ticket, request) in _inFlight)
            if (request.Peer == number) ended.Add(ticket);
        foreach (var ticket in ended)
        {
            if (!_inFlight.Remove(ticket, out var request)) continue;
            GiveBack(request);
            Note(request, SupplyReason.HolderLeft);
        }
    }

    /// <summary>What a peer owes is asked elsewhere, where somebody else may bring it.</summary>
    public void TakeBack(SwarmPeer peer, Predicate<LaneEntry> isElsewhere, TimeSpan now)
    {
        var owed = new List<uint>();
        foreach (var (ticket, request) in _inFlight)
            if (request.Peer == peer.Number && window.Locate(request.Block) is { } place
                && isElsewhere(place.Entry)) owed.Add(ticket);
        owed.Sort();
        foreach (var ticket in owed)
        {
            Cancel(new Cancellation(ticket, peer.Source, CancellationReason.NotWanted));
            state.Picker.Failed(ticket, FailureReason.NotAvailable, now);
        }
    }

    /// <summary>Keeps in mind why a peer's request ended without its block.</summary>
    private void Note(in InFlightRequest request, SupplyReason reason)
    {
        if (request.IsFromPeer && window.Locate(request.Block) is { } place)
            place.Entry.Fail(request.Block.Index, reason);
    }

    private void GiveBack(in InFlightRequest request) =>
        budget?.GiveBack(FrameReader.DataPrefix + request.Length);

    /// <returns>False when there is no memory for more.</returns>
    private bool Request(in Pick pick, TimeSpan now)
    {
        if (window.Locate(pick.Lane, pick.Position) is not { } place)
        {
            state.Picker.Failed(pick.Ticket, FailureReason.NotAvailable, now);
            budget?.GiveBack(FairLimiter.Quantum);
            return true;
        }

        var index = (int)(pick.Position - place.Entry.First);
        var block = place.Entry.Block(index);
        var length = place.Entry.Segment.Parts[block.Part].Digest.BlockLength(index);
        if (!state.TryRent(length, out var lease))
        {
            // All memory is in use by blocks that are wanted: what is in flight must land first.
            state.Picker.Failed(pick.Ticket, FailureReason.Busy, now);
            return false;
        }

        var peer = state.PeerOfSource(pick.Source);
        var reason = peer is null ? WhyOrigin!(place.Entry, index, pick.IsHedge) : default;
        var estimate = state.Picker.Estimate(pick.Source);
        _inFlight[pick.Ticket] =
            new InFlightRequest(
                block, peer?.Number ?? InFlightRequest.Origin, pick.Deadline, length,
                now, now + ExpectedTime(estimate));
        if (pick.IsHedge) state.Counters.BytesHedged += length;
        if (length < ContentLimits.BlockBytes) budget?.GiveBack(ContentLimits.BlockBytes - length);
        if (peer is null)
        {
            origin.Add(place.Entry, index, pick.Ticket, lease!, reason, now);
            return true;
        }

        if (estimate.Outstanding == 1)
            peer.BusySince = (now, peer.BytesReceived);
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.Request,
            Request = pick.Ticket,
            Block = block,
            Count = 1,
            Deadline = pick.Deadline - now,
            Lease = lease,
        });
        return true;
    }

    /// <summary>What a source takes for a block behind those that it owes, by the picker's own figures.</summary>
    private static TimeSpan ExpectedTime(in SourceEstimate source)
    {
        var ahead = Math.Max(0, source.Outstanding - 1) * (double)ContentLimits.BlockBytes;
        return source.RoundTrip
            + TimeSpan.FromSeconds(Math.Min(ahead / Math.Max(1, source.Rate), LongestExpected));
    }

    private void Cancel(in Cancellation cancelled)
    {
        if (!_inFlight.Remove(cancelled.Ticket, out var request)) return;
        GiveBack(request);
        if (cancelled.Reason == CancellationReason.Stalled)
            Note(request, Shortfall.OfStall(request));
        if (request.Peer == InFlightRequest.Origin)
        {
            origin.Cancel(cancelled.Ticket);
            return;
        }

        if (state.Peer(request.Peer) is { } peer)
            state.Emit(peer, new SessionCommand
            {
                Kind = SessionCommandKind.Cancel,
                Request = cancelled.Ticket,
                Block = request.Block,
                Value = cancelled.Reason == CancellationReason.Superseded ? 0u : 1u,
            });
    }

    private void Accept(StoredSegment segment, BlockId block, TimeSpan now)
    {
        var part = segment.Parts[block.Part];
        part.MarkVerified(block.Index);
        state.Store.Touch(segment);
        var giver = part.GiverOf(block.Index);
        if (giver == InFlightRequest.Store)
        {
            // Nobody delivered it now.
            state.Counters.BytesFromStore += part.Digest.BlockLength(block.Index);
            Verified?.Invoke(segment, block);
            return;
        }

        var source = giver == InFlightRequest.Origin ? BlockOrigin.Origin
            : state.Peer(giver)?.IsViewer == false ? BlockOrigin.Publisher
            : BlockOrigin.Viewer;
        var length = part.Digest.BlockLength(block.Index);
        state.Counters.Add(source, length);
        state.Emit(new SwarmEffect
        {
            Kind = SwarmEffectKind.BlockDelivered,
            Peer = giver,
            Block = block,
            Length = length,
            Origin = source,
            Deadline = window.Deadline(segment.Record) - now,
        });
        Verified?.Invoke(segment, block);
    }

    /// <summary>What was proven by a list that has been forgotten since has left no digest.</summary>
    private static bool CanVerifyWhole(StoredPart part) =>
        part.PlacedCount == part.Blocks && part.VerifiedCount == 0;

    /// <summary>No leaf list came in time: all blocks together prove or refute themselves.</summary>
    private void VerifyWhole(StoredSegment segment, ushort partIndex, TimeSpan now)
    {
        var part = segment.Parts[partIndex];
        var list = new byte[part.Blocks * Hash256.Size];
        for (var i = 0; i < part.Blocks; i++)
            part.DigestOf(i).CopyTo(list.AsSpan(i * Hash256.Size));
        if (ContentTree.VerifyLeaves(list, part.Digest))
        {
            state.AddLeaves(segment.Id, partIndex, list);
            leaves.Known(segment.Id, partIndex);
            LeavesKnown(segment.Id, partIndex, now);
            return;
        }

        // Asked before the first one goes: who is left last would be alone then.
        var blame = HasOneGiver(part);
        for (var i = 0; i < part.Blocks; i++)
            ThrowOut(segment, new BlockId(segment.Id, partIndex, (ushort)i), now, blame);
        leaves.Want(segment.Id, partIndex);
    }

    private static bool HasOneGiver(StoredPart part)
    {
        for (var i = 1; i < part.Blocks; i++)
            if (part.GiverOf(i) != part.GiverOf(0)) return false;
        return true;
    }

    private void ThrowOut(StoredSegment segment, BlockId block, TimeSpan now, bool blame = true)
    {
        var part = segment.Parts[block.Part];
        var giver = part.GiverOf(block.Index);
        part.Discard(block.Index);
        state.Counters.RejectedBlocks++;
        state.Counters.BytesWasted += part.Digest.BlockLength(block.Index);
        if (blame) Blame(giver, block);
        if (window.Locate(block) is not { } place) return;
        place.Entry.Fail(block.Index, SupplyReason.WrongBytes);
        SetHeld(place, block, held: false, now);
    }

    private void SetHeld((TrackLane Lane, LaneEntry Entry) place, BlockId block, bool held, TimeSpan now) =>
        state.Picker.SetHeld(place.Lane.Lane, place.Entry.First + block.Index, held, now);

    private void Reject(int giver, BlockId block, Lease lease)
    {
        state.Counters.RejectedBlocks++;
        Waste(lease);
        Blame(giver, block);
    }

    private void Waste(Lease lease)
    {
        state.Counters.BytesWasted += lease.Length;
        lease.Release();
    }

    private void Blame(int giver, BlockId block)
    {
        if (giver == InFlightRequest.Origin) origin.Distrust();
        else if (giver == InFlightRequest.Store) SpoiledInStore?.Invoke(block.Segment);
        else if (state.Peer(giver) is { } peer) state.Ban(peer);
    }
}
