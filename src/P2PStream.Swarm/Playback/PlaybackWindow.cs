using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <summary>
/// What is wanted: a lane for every track that is read, filled ahead of the reader, with the
/// deadlines that the playhead gives. Tells peers our windows.
/// </summary>
internal sealed class PlaybackWindow(SwarmState state, StreamAuthority authority)
{
    /// <summary>What the player reaches so soon is urgent; the scheduler's shortest urgent zone.</summary>
    private static readonly TimeSpan UrgentZone = TimeSpan.FromSeconds(2);

    private readonly LaneRack _rack = new(state);
    private readonly PlaybackClock _clock = new();
    private readonly List<TrackLane> _advancing = [];

    /// <summary>Called for every part that is newly wanted.</summary>
    public Action<TrackLane, LaneEntry>? Appended { get; set; }

    public List<TrackLane> Lanes => _rack.Lanes;

    public TimeSpan Position(TimeSpan now) => _clock.Position(now);

    public (TrackLane Lane, LaneEntry Entry)? Locate(int lane, long position) =>
        _rack.ByNumber(lane) is { } found && found.At(position) is { } entry
            ? (found, entry)
            : null;

    public (TrackLane Lane, LaneEntry Entry)? Locate(BlockId block) =>
        _rack.Find(block.Segment.Track) is { } lane
        && lane.Find(block.Segment, block.Part) is { } entry
            ? (lane, entry)
            : null;

    /// <summary>When a segment is due. Of a plain file, which has no time, what its reader is at is due
    /// first: no player's position tells where that is.</summary>
    public TimeSpan Deadline(SegmentRecord record) =>
        _rack.Find(record.Id.Track) is { } lane && lane.HoldsPiece(record)
            ? lane.PieceDeadline(record)
            : _clock.Deadline(record, state.Track(record.Id.Track)?.FirstSequence ?? 0);

    /// <summary>True when a segment that is reached soon is not whole.</summary>
    public bool IsUrgent(TimeSpan now)
    {
        foreach (var lane in _rack.Lanes)
        {
            foreach (var entry in lane.Entries)
            {
                if (Deadline(entry.Segment.Record) > now + UrgentZone) break;
                if (!entry.Segment.IsComplete) return true;
            }
        }

        return false;
    }

    /// <summary>The player says where it is.</summary>
    public void Play(TimeSpan position, bool isMoving, double rate, TimeSpan now)
    {
        if (_clock.Set(position, isMoving, rate, now)) Redate();
    }

    /// <summary>True when a segment can be read: it fits memory, and its track has a lane or may have one.</summary>
    public bool CanRead(SegmentRecord record) =>
        record.Blocks() <= state.LargestSegment && state.Track(record.Id.Track) is not null
        && _rack.HasRoomFor(record.Id.Track);

    /// <summary>A reader is at a segment that <see cref="CanRead"/>: it and what follows is wanted.</summary>
    public void Read(SegmentRecord record, TimeSpan now)
    {
        var track = state.Track(record.Id.Track)!;
        if (track.Kind == TrackKind.Initialization)
        {
            WantOnce(track, record, now);
            return;
        }

        _clock.StartAt(record.Start, now);
        if (OpenLane(track, record, now) is not { } lane) return;
        var sequence = record.Id.Sequence;
        var holdsIt = lane.Find(record.Id, 0) is not null;
        var isWhole = state.Store.Find(record.Id)?.IsComplete == true;
        if (!holdsIt && sequence != lane.Next && !isWhole) Seek(lane, sequence, now);
        lane.LastRead = now;
        if (sequence > lane.Cursor) MoveTo(lane, sequence, now);
        if (isWhole && !holdsIt && sequence >= lane.Next) lane.Next = sequence + 1;
        Advance(now);
    }

    /// <summary>Slides what has been read out of the lanes and fills them ahead.</summary>
    public void Advance(TimeSpan now)
    {
        // Filling a lane may open one for initialization segments, or close one: hence the copy.
        _advancing.Clear();
        _advancing.AddRange(Lanes);
        foreach (var lane in _advancing)
        {
            if (LaneRack.IsIdle(lane, now))
            {
                Close(lane, now);
                continue;
            }

            // As one message: what leaves at the front often lets in something at the end.
            if (Slide(lane, now) | Fill(lane, now))
                foreach (var peer in state.Peers) SendInterest(peer, lane);
        }
    }

    /// <summary>Tells a peer our windows.</summary>
    public void Introduce(SwarmPeer peer)
    {
        foreach (var lane in Lanes) SendInterest(peer, lane);
        if (_rack.Count == 0) SendInterest(peer, null);
    }

    /// <summary>A new epoch names all segments anew: nothing that was wanted is wanted any more.</summary>
    public void Reset(TimeSpan now)
    {
        foreach (var lane in Lanes.ToArray()) _rack.Close(lane, now);
    }

    public void CatalogChanged()
    {
        foreach (var lane in Lanes)
            if (state.Track(lane.Track.Id) is { } track) lane.Track = track;
    }

    private TrackLane? OpenLane(TrackDescription track, SegmentRecord first, TimeSpan now)
    {
        if (_rack.Find(track.Id) is { } known) return known;
        foreach (var other in Lanes.ToArray())
            if (IsLeft(other, track)) Close(other, now);
        if (_rack.IsFull && _rack.LeastNeeded() is { } idle) Close(idle, now);
        if (_rack.IsFull) return null;
        var lane = _rack.Open(track, first, now);
        authority.WantTrack(track.Id);
        return lane;
    }

    /// <summary>The player switched rendition: what it left behind is no longer fetched, unless read.</summary>
    private static bool IsLeft(TrackLane lane, TrackDescription newer) =>
        newer.Kind is TrackKind.Video or TrackKind.Audio && lane.Track.Kind == newer.Kind
        && !lane.IsRead;

    private void Close(TrackLane lane, TimeSpan now)
    {
        _rack.Close(lane, now);
        foreach (var peer in state.Peers) SendInterest(peer, lane.Track.Id, 0, 0);
    }

    private void MoveTo(TrackLane lane, ulong sequence, TimeSpan now)
    {
        lane.MoveTo(sequence, now);
        // Only a plain file's deadlines follow its reader.
        if (lane.Entries.Count > 0 && lane.HoldsPiece(lane.Entries[^1].Segment.Record)) Redate(lane);
    }

    private void Seek(TrackLane lane, ulong sequence, TimeSpan now)
    {
        var read = new List<StoredSegment>();
        foreach (var entry in lane.Entries)
        {
            entry.Segment.Wanted = false;
            if (entry.Segment.Readers > 0 && entry.Part == 0) read.Add(entry.Segment);
        }

        state.Picker.Clear(lane.Lane, now);
        lane.Clear();
        foreach (var segment in read)
            if (segment.Id.Sequence != sequence) Append(lane, segment.Record, now);
        lane.MoveTo(lane.Next = sequence, now);
    }

    private bool Slide(TrackLane lane, TimeSpan now)
    {
        var slid = false;
        while (lane.Entries.Count > 0 && IsPassed(lane, lane.Entries[0].Segment))
        {
            lane.Entries[0].Segment.Wanted = false;
            lane.RemoveAt(0);
            slid = true;
        }

        slid |= LetGo(lane, now);
        if (!slid) return false;
        var head = lane.Entries.Count > 0 ? lane.Entries[0].First : state.Picker.Tail(lane.Lane);
        state.Picker.Slide(lane.Lane, head, now);
        return true;
    }

    /// <summary>Lets go of what is passed behind a segment that is still being read: kept until that one is
    /// whole, it could be what occupies the memory that is missing to make it so.</summary>
    private bool LetGo(TrackLane lane, TimeSpan now)
    {
        var before = lane.Entries.Count;
        for (var i = before - 1; i > 0; i--)
        {
            var entry = lane.Entries[i];
            if (!IsPassed(lane, entry.Segment)) continue;
            entry.Segment.Wanted = false;
            lane.RemoveAt(i);
            // Its slots stay until the head has passed them, and are not to be fetched.
            for (var block = 0; block < entry.Blocks; block++)
                state.Picker.SetHeld(lane.Lane, entry.First + block, held: true, now);
        }

        return lane.Entries.Count < before;
    }

    private static bool IsPassed(TrackLane lane, StoredSegment segment)
    {
        var isAhead = segment.Id.Sequence >= lane.Cursor
            && (segment.Id.Sequence < lane.Next || lane.Track.Kind == TrackKind.Initialization);
        return (!isAhead || IsSpent(lane, segment)) && (segment.Readers == 0 || segment.IsComplete);
    }

    /// <summary>Initialization segments are read once, in no order: a whole one leaves its lane.</summary>
    private static bool IsSpent(TrackLane lane, StoredSegment segment) =>
        lane.Track.Kind == TrackKind.Initialization && segment.IsComplete;

    private bool Fill(TrackLane lane, TimeSpan now)
    {
        if (lane.Track.Kind == TrackKind.Initialization) return false;
        var horizon = Position(now) + state.Options.PrefetchAhead;
        var appended = false;
        var isFollowed = lane.IsFollowed(now);
        while (state.Records.Find(IdOf(lane, lane.Next)) is { } record)
        {
            var isNext = lane.Next <= lane.Cursor;
            if (!isNext && !isFollowed && IsPast(record, now))
            {
                lane.Next++;
                continue;
            }

            if (!isNext && record.Duration > TimeSpan.Zero && record.Start > horizon) break;
            if (!isNext && lane.Bytes + record.Length > state.Options.PrefetchBytes) break;
            if (record.Blocks() > state.LargestSegment) break;
            if (isNext) Grow(lane, record, now);
            if (!HasRoom(lane, record)) break;
            if (lane.Find(record.Id, 0) is null) Append(lane, record, now);
            WantInitialization(lane.Track, record, now);
            lane.Next++;
            appended = true;
        }

        return appended;
    }

    /// <summary>True for what lies wholly behind the playhead: a track that nobody reads is not caught up with
    /// after a jump.</summary>
    private bool IsPast(SegmentRecord record, TimeSpan now) =>
        record.Duration > TimeSpan.Zero && record.Start + record.Duration < Position(now);

    private SegmentId IdOf(TrackLane lane, ulong sequence) =>
        new(state.Authority?.Catalog.Epoch ?? 0, lane.Track.Id, sequence);

    private bool HasRoom(TrackLane lane, SegmentRecord record) =>
        _rack.Used(lane) + record.Blocks() <= lane.Capacity;

    /// <summary>A segment that is read, and larger than its lane, gets a larger lane: all that was wanted is
    /// wanted there.</summary>
    private void Grow(TrackLane lane, SegmentRecord record, TimeSpan now)
    {
        if (HasRoom(lane, record)) return;
        var entries = lane.Entries.ToArray();
        if (!_rack.TryGrow(lane, _rack.Used(lane) + record.Blocks(), now)) return;
        foreach (var entry in entries)
            if (lane.Find(entry.Segment.Id, entry.Part) is null)
                Append(lane, entry.Segment.Record, now);
    }

    private void Append(TrackLane lane, SegmentRecord record, TimeSpan now)
    {
        var segment = state.Store.GetOrAdd(record);
        segment.Wanted = true;
        var deadline = Deadline(record);
        for (var part = 0; part < segment.Parts.Length; part++)
        {
            var blocks = segment.Parts[part].Blocks;
            if (blocks == 0) continue;
            var entry = new LaneEntry(
                segment, part, state.Picker.Append(lane.Lane, blocks, deadline), now);
            lane.Add(entry);
            for (var i = 0; i < blocks; i++)
                if (segment.Parts[part].IsPlaced(i))
                    state.Picker.SetHeld(lane.Lane, entry.First + i, held: true, now);
            Appended?.Invoke(lane, entry);
        }
    }

    private void WantInitialization(TrackDescription track, SegmentRecord record, TimeSpan now)
    {
        if (record.Initialization < 0) return;
        var id = new SegmentId(
            record.Id.Epoch, track.InitializationTrack, (ulong)record.Initialization);
        if (state.Track(id.Track) is not { } description) return;
        authority.WantTrack(id.Track);
        if (state.Records.Find(id) is { } initialization) WantOnce(description, initialization, now);
    }

    /// <summary>Wants one segment that nothing follows: an initialization segment.</summary>
    private void WantOnce(TrackDescription track, SegmentRecord record, TimeSpan now)
    {
        if (state.Store.Find(record.Id) is { } stored && (stored.IsComplete || stored.Wanted)) return;
        if (record.Blocks() > state.LargestSegment) return;
        if (OpenLane(track, record, now) is not { } lane) return;
        lane.LastRead = now;
        Grow(lane, record, now);
        if (!HasRoom(lane, record)) return;
        Append(lane, record, now);
        foreach (var peer in state.Peers) SendInterest(peer, lane);
    }

    private void Redate()
    {
        foreach (var lane in Lanes)
        {
            if (lane.Track.Kind != TrackKind.Initialization) Redate(lane);
        }
    }

    private void Redate(TrackLane lane)
    {
        foreach (var entry in lane.Entries)
            state.Picker.SetDeadline(
                lane.Lane, entry.First, entry.Blocks, Deadline(entry.Segment.Record));
    }

    private void SendInterest(SwarmPeer peer, TrackLane? lane)
    {
        if (lane is null || lane.Entries.Count == 0)
        {
            SendInterest(peer, lane?.Track.Id ?? 0, 0, 0);
            return;
        }

        ulong first = ulong.MaxValue, last = 0;
        foreach (var entry in lane.Entries)
        {
            first = Math.Min(first, entry.Segment.Id.Sequence);
            last = Math.Max(last, entry.Segment.Id.Sequence);
        }

        SendInterest(peer, lane.Track.Id, first, (uint)(last - first + 1));
    }

    private void SendInterest(SwarmPeer peer, ushort track, ulong first, uint count) =>
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.Interest,
            Block = new BlockId(
                new SegmentId(state.Authority?.Catalog.Epoch ?? 0, track, first), 0, 0),
            Count = count,
            Value = (uint)state.Role,
        });
}
