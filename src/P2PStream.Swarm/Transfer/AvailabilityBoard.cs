using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Who has what: tells the picker what peers have, and peers what is here.</summary>
internal sealed class AvailabilityBoard(
    SwarmState state, PlaybackWindow window, ShareBoard shares, ScarceGivers givers,
    GiverDeals deals)
{
    /// <summary>What one run of blocks costs whoever made us tell it: 4,000 runs a second.</summary>
    private static readonly TimeSpan PerRun = TimeSpan.FromMilliseconds(0.25);

    /// <summary>The least time between two tellings to one peer.</summary>
    private static readonly TimeSpan BetweenNews = TimeSpan.FromMilliseconds(20);

    /// <summary>The least time between two messages to one peer about blocks that have been verified: at
    /// 20 MB/s a block comes every 0.8 ms, and to tell 15 peers of each by itself costs more than to relay
    /// it. The first after a pause goes at once.</summary>
    private static readonly TimeSpan BetweenBlocks = TimeSpan.FromMilliseconds(10);

    /// <summary>The same for a plain file: nobody watches it the moment it comes, and of more blocks at a
    /// time they are asked for, and sent, more at a time.</summary>
    private static readonly TimeSpan BetweenPieceBlocks = TimeSpan.FromMilliseconds(40);

    /// <summary>What a peer will play later may be told of later, many blocks at once: after this share of the
    /// time that is left, and after <see cref="LongestPause"/> at most. Of the words that viewers exchange
    /// most are about single blocks, and each costs both ends more CPU time than it saves the one that could
    /// have asked for the block a moment earlier.</summary>
    private const int PausesPerSlack = 32;

    /// <inheritdoc cref="PausesPerSlack"/>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>What came from another sharer, that one tells of. Word of it from us comes later, should its
    /// uplink be slow, and not at all if the piece is whole by then: 16 would otherwise hear of each block
    /// from each other, and to send and take a message costs more CPU time than a block.</summary>
    private static readonly TimeSpan BeforeOthersBlocks = TimeSpan.FromMilliseconds(250);

    private readonly List<BlockId> _telling = [];

    /// <summary>No peer is to be told anything before: most turns need not ask them all.</summary>
    private TimeSpan _nextTelling = TimeSpan.MaxValue;

    /// <summary>When a peer that moved its windows may be told what is here of them, or one of blocks.</summary>
    public TimeSpan? NextWakeUp => _nextTelling < TimeSpan.MaxValue ? _nextTelling : null;

    /// <summary>A peer has whole segments.</summary>
    public void Have(SwarmPeer peer, SegmentId first, uint count, TimeSpan now)
    {
        if (first.Sequence > ulong.MaxValue - count || !peer.SpeaksOf(first.Epoch)) return;
        if (peer.Have(first.Track)?.Add(first.Sequence, count) != true) return;
        Advertise(peer, first, count, available: true, now);
    }

    /// <summary>A peer no longer has segments.</summary>
    public void Dropped(SwarmPeer peer, SegmentId first, uint count, TimeSpan now)
    {
        if (first.Sequence > ulong.MaxValue - count || !peer.SpeaksOf(first.Epoch)) return;
        // It may have shown blocks of what was never whole there.
        if (peer.Have(first.Track)?.Remove(first.Sequence, count) != true && !peer.HasShownBlocks)
            return;
        Advertise(peer, first, count, available: false, now);
    }

    private void Advertise(SwarmPeer peer, SegmentId first, uint count, bool available, TimeSpan now)
    {
        var work = peer.ForgetBlocks(first, count);
        foreach (var lane in window.Lanes)
        {
            if (lane.Track.Id != first.Track) continue;
            foreach (var entry in lane.Entries)
            {
                work++;
                var id = entry.Segment.Id;
                if (id.Epoch != first.Epoch || id.Sequence < first.Sequence
                    || id.Sequence - first.Sequence >= count) continue;
                work += entry.Blocks;
                if (available && givers.Withholds(peer, entry)) continue;
                if (available) entry.Saw(0, entry.Blocks, peer.Number, now);
                if (ShareBoard.IsShared(lane, entry))
                {
                    shares.Changed(entry);
                    if (available) continue;
                }

                if (givers.Deals(peer, entry))
                {
                    Redeal(entry);
                    if (available) continue;
                }

                state.Picker.Advertise(
                    peer.Source, lane.Lane, entry.First, entry.Blocks, available, now);
            }
        }

        Charge(peer, work, now);
    }

    /// <summary>To say, take back and say again costs its teller a line and us a lane.</summary>
    private void Charge(SwarmPeer peer, int work, TimeSpan now)
    {
        if (!peer.Work.Charge(work, now)) state.Ban(peer, SessionEndReason.ProtocolViolation);
    }

    /// <summary>A peer has blocks of a part.</summary>
    public void HaveBlocks(SwarmPeer peer, BlockId first, uint count, TimeSpan now)
    {
        if (state.Records.Find(first.Segment) is not { } record
            || first.Part >= record.Parts.Count) return;
        var blocks = record.Parts[first.Part].Blocks;
        if (first.Index >= blocks || !peer.SpeaksOf(first.Segment.Epoch)) return;
        var known = (int)Math.Min(count, (uint)(blocks - first.Index));
        peer.AddBlocks(first, known, blocks);
        Charge(peer, known, now);
        if (window.Locate(first) is not { } place) return;
        if (!givers.Withholds(peer, place.Entry))
        {
            place.Entry.Saw(first.Index, known, peer.Number, now);
            // Who names blocks of what it has whole has nothing else to send: it may be asked for them.
            if (givers.Deals(peer, place.Entry) && !peer.HasSegment(first.Segment)) Redeal(place.Entry);
            else state.Picker.Advertise(peer.Source, place.Lane.Lane, place.Entry.First + first.Index,
                known, available: true, now);
        }
    }

    /// <summary>A peer says which segments it follows; <see cref="Advance"/> tells it what is here.</summary>
    public void Interested(SwarmPeer peer, in SessionEvent e)
    {
        shares.PeersChanged();
        if (peer.Says((InterestRole)e.Value)) givers.RolesChanged();
        peer.SetInterest(e.Block.Segment.Track, e.Block.Segment.Sequence, e.Count);
        Plan(peer);
    }

    /// <summary>Tells peers the blocks of what newly entered their windows. What a window held before
    /// has been told, block by block, as it was verified.</summary>
    public void Advance(TimeSpan now)
    {
        if (now < _nextTelling) return;
        _nextTelling = TimeSpan.MaxValue;
        foreach (var peer in state.Peers)
        {
            if (peer.Untold.MayTell(now)) TellBlocks(peer, now);
            if (peer.AwaitsNews && now >= peer.NextNews) TellNews(peer, now);
            Plan(peer);
        }
    }

    private void TellNews(SwarmPeer peer, TimeSpan now)
    {
        var runs = 0;
        foreach (var segment in state.Store.All)
            if (!segment.IsComplete && peer.AwaitsNewsOf(segment.Id))
                runs += AnnounceBlocks(peer, segment);
        peer.ToldNews();
        var pause = runs * PerRun;
        peer.NextNews = now + (pause > BetweenNews ? pause : BetweenNews);
    }

    /// <summary>Notes when a peer is next to be told something.</summary>
    private void Plan(SwarmPeer peer)
    {
        if (peer.AwaitsNews && peer.NextNews < _nextTelling) _nextTelling = peer.NextNews;
        if (peer.Untold.NextTelling is { } telling && telling < _nextTelling) _nextTelling = telling;
    }

    /// <summary>A part is newly wanted: who has what of it?</summary>
    public void Appended(TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        entry.LastGot = now;
        Survey(lane, entry, now);
    }

    /// <summary>What givers have counts from now on, or no longer does: the picker is told anew.</summary>
    public void GiversChanged(TimeSpan now)
    {
        foreach (var lane in window.Lanes)
        {
            foreach (var entry in lane.Entries)
            {
                if (entry.Segment.IsComplete || !ScarceGivers.IsTimed(entry)) continue;
                entry.Unsee();
                entry.Undeal();
                foreach (var peer in state.Peers)
                    if (givers.Withholds(peer, entry) || givers.Deals(peer, entry))
                        state.Picker.Advertise(
                            peer.Source, lane.Lane, entry.First, entry.Blocks, available: false, now);
                Survey(lane, entry, now);
            }
        }
    }

    private void Survey(TrackLane lane, LaneEntry entry, TimeSpan now)
    {
        var id = entry.Segment.Id;
        for (var i = 0; i < entry.Blocks; i++)
            if (entry.Segment.Parts[entry.Part].IsPlaced(i)) entry.Saw(i, 1, peer: 0, now);
        if (entry.Segment.IsComplete) return;
        shares.Changed(entry);
        Redeal(entry);
        foreach (var peer in state.Peers)
        {
            if (givers.Withholds(peer, entry)) continue;
            if (peer.HasSegment(id))
            {
                entry.Saw(0, entry.Blocks, peer.Number, now);
                if (givers.Deals(peer, entry)) continue;
                if (ShareBoard.IsShared(lane, entry)) continue;
                state.Picker.Advertise(
                    peer.Source, lane.Lane, entry.First, entry.Blocks, available: true, now);
                continue;
            }

            for (var i = 0; i < entry.Blocks; i++)
            {
                if (!peer.HasBlock(entry.Block(i))) continue;
                entry.Saw(i, 1, peer.Number, now);
                if (givers.Deals(peer, entry)) continue;
                state.Picker.Advertise(
                    peer.Source, lane.Lane, entry.First + i, 1, available: true, now);
            }
        }
    }

    private void Redeal(LaneEntry entry)
    {
        entry.Undeal();
        deals.Changed();
    }

    /// <summary>A block was verified here: whoever follows the segment hears of it; of a whole one everyone.</summary>
    public void Verified(StoredSegment segment, BlockId block, bool isWhole, TimeSpan now)
    {
        // What the store holds was announced when it was stored.
        if (state.Kept.Contains(segment.Id)) return;
        if (isWhole)
        {
            foreach (var peer in state.Peers) SendHave(peer, segment.Id, 1);
            return;
        }

        var isPiece = false;
        TimeSpan? notBefore = null;
        if (window.Locate(block) is { } place && ShareBoard.IsShared(place.Lane, place.Entry))
        {
            isPiece = true;
            var giver = state.Peer(segment.Parts[block.Part].GiverOf(block.Index));
            if (giver is not null && !place.Entry.Share.IsGiver(giver))
                notBefore = now + BeforeOthersBlocks;
        }

        // Of a stream that is still growing all viewers want the newest, and as soon as it is there; and where
        // there is an origin, who fetches what from it hangs on what all have been told.
        var isAwaited = segment.Record.OriginUri.Length > 0
            || state.Track(segment.Id.Track) is { Ended: false };
        foreach (var peer in state.Peers)
        {
            // Whether it has the block by then is asked when it is told.
            if (!peer.Wants(segment.Id) || (isPiece && peer.HasBlock(block))) continue;
            var pause = isPiece ? BetweenPieceBlocks
                : isAwaited ? BetweenBlocks : Pause(peer, segment.Record);
            peer.Untold.Add(block, pause, notBefore);
            Plan(peer);
        }
    }

    /// <summary>Its window begins where its player is: from there to the segment is the time that is left.</summary>
    private static TimeSpan Pause(SwarmPeer peer, SegmentRecord record)
    {
        var segments = record.Id.Sequence - peer.FirstWanted(record.Id.Track);
        // A publisher may say any time of a segment: so many times that would be too long to count.
        var longest = LongestPause * PausesPerSlack;
        var duration = record.Duration < longest ? record.Duration : longest;
        var pause = duration * Math.Min(segments, 1000) / PausesPerSlack;
        return pause < BetweenBlocks ? BetweenBlocks : pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>Tells a new peer what is here.</summary>
    public void Introduce(SwarmPeer peer)
    {
        if (state.Options.ServesOwnMedia && state.Authority is { } authority)
        {
            foreach (var track in authority.Catalog.Tracks)
                if (state.Records.Contiguous(track.Id) is { Count: > 0 } records)
                    SendHave(peer, records[0].Id, (uint)records.Count);
            return;
        }

        // As few runs: tracks come into memory by turns, and so many single segments would overfill a link.
        var whole = new KeptSegments();
        foreach (var segment in state.Store.All)
            if (segment.IsComplete && !state.Kept.Contains(segment.Id)) whole.Add(segment.Id);
        foreach (var (first, count) in state.Kept.Runs()) SendHave(peer, first, count);
        foreach (var (first, count) in whole.Runs()) SendHave(peer, first, count);
    }

    /// <summary>Tells a peer of blocks that were verified, unless it has them by now or wants them no
    /// more.</summary>
    private void TellBlocks(SwarmPeer peer, TimeSpan now)
    {
        _telling.Clear();
        peer.Untold.Take(now, _telling);
        foreach (var block in _telling)
        {
            if (!peer.Wants(block.Segment) || peer.HasBlock(block)) continue;
            // Of a whole segment it has been told as such; what was thrown out or evicted is not here.
            if (state.Store.Find(block.Segment) is { Announced: false } segment
                && segment.Parts[block.Part].IsVerified(block.Index)) SendHaveBlocks(peer, block, 1);
        }
    }

    private int AnnounceBlocks(SwarmPeer peer, StoredSegment segment)
    {
        var runs = 0;
        for (var p = 0; p < segment.Parts.Length; p++)
        {
            var part = segment.Parts[p];
            for (var i = 0; i < part.Blocks; i++)
            {
                var first = i;
                while (i < part.Blocks && part.IsVerified(i)) i++;
                if (i == first) continue;
                SendHaveBlocks(peer, new BlockId(segment.Id, (ushort)p, (ushort)first),
                    (uint)(i - first));
                runs++;
            }
        }

        return runs;
    }

    /// <summary>Tells a peer of whole segments.</summary>
    public void SendHave(SwarmPeer peer, SegmentId first, uint count) =>
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.HaveSegments,
            Block = new BlockId(first, 0, 0),
            Count = count,
        });

    private void SendHaveBlocks(SwarmPeer peer, BlockId first, uint count) =>
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.HaveBlocks,
            Block = first,
            Count = count,
        });
}
