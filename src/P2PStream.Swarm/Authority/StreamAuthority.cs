using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// What the publisher says, as far as this node knows it: catalog and records, fetched from peers,
/// verified, passed on. The highest (epoch, version) holds.
/// </summary>
internal sealed class StreamAuthority(SwarmState state)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>What a catalog that is not the one that holds costs, of a peer's <see cref="WorkBudget"/>: two
    /// signature checks take as long as a thousand slots. An honest peer says a new one with every live segment.</summary>
    private const int CatalogWork = 1024;

    private readonly PendingFetches<(ushort Track, ulong First)> _batches = new(Timeout, limit: 16);
    /// <summary>In order: a list, since this is gone through with every turn and a set's enumerator allocates.</summary>
    private readonly List<ushort> _wantedTracks = [];

    private readonly SortedSet<ushort> _caughtUp = [];
    private readonly RecordRelay _relay = new(state);
    private readonly AuthorityMemory _memory = new(state.Options.Stream);

    private uint _lowestEpoch;

    // Made once: this runs with every turn of the swarm.
    private Func<(ushort Track, ulong First), List<int>, int>? _choose;
    private Action<(ushort Track, ulong First), int>? _ask;

    /// <summary>Called when a new epoch states all records anew.</summary>
    public Action? EpochChanged { get; set; }

    public void PeerJoined(SwarmPeer peer)
    {
        if (state.Authority is null)
            state.Emit(peer, new SessionCommand { Kind = SessionCommandKind.WantAuthority });
    }

    public void PeerLeft(SwarmPeer peer) => _batches.PeerLeft(peer.Number);

    /// <summary>Wants all records of a track, now and as they come to exist.</summary>
    /// <returns>True when they are wanted only now.</returns>
    public bool WantTrack(ushort track)
    {
        var place = _wantedTracks.BinarySearch(track);
        if (place >= 0) return false;
        _wantedTracks.Insert(~place, track);
        AddQuestions(track);
        return true;
    }

    public void Serve(SwarmPeer peer)
    {
        if (state.Authority is { } authority) Send(peer, authority);
    }

    /// <summary>A signed catalog arrived; a newer one is adopted and passed on.</summary>
    /// <returns>True when it was adopted.</returns>
    public bool Receive(SwarmPeer peer, ReadOnlyMemory<byte> encoded, TimeSpan now)
    {
        var options = state.Options;
        if (encoded.IsEmpty) return false;
        if (state.Authority is { } held && held.Encoded.Span.SequenceEqual(encoded.Span)) return false;
        if (!peer.Work.Charge(CatalogWork, now))
        {
            state.Ban(peer, SessionEndReason.ProtocolViolation);
            return false;
        }

        var status = Protocol.Authority.TryVerify(
            encoded.Span, options.RootKey, options.Name, (long)state.UnixSeconds(now), out var verified);
        if (status != AuthorityStatus.Verified || verified is null)
        {
            // An expired catalog is old news; a forged one is a lie.
            if (status is not (AuthorityStatus.Expired or AuthorityStatus.NotYetValid)) state.Ban(peer);
            return false;
        }

        // Older than what the publisher is known to have said last: ignored, not punished.
        return verified.Delegation.Epoch >= _lowestEpoch && Adopt(verified, peer);
    }

    /// <summary>The publisher has stated an epoch elsewhere: catalogs of earlier ones are old
    /// news.</summary>
    public void Expect(uint epoch) => _lowestEpoch = Math.Max(_lowestEpoch, epoch);

    /// <summary>Takes a verified catalog as the one that holds, if it is newer.</summary>
    public bool Adopt(VerifiedAuthority verified, SwarmPeer? from)
    {
        var order = _memory.Offer(verified);
        if (order == AuthorityOrder.Equivocation)
            state.Emit(new SwarmEffect { Kind = SwarmEffectKind.Equivocation });
        if (order != AuthorityOrder.Newer) return false;
        var isNewEpoch = state.Authority is { } known
            && known.Catalog.Epoch != verified.Catalog.Epoch;
        state.Authority = verified;
        if (isNewEpoch)
        {
            state.Records.Clear();
            _batches.Clear();
            _caughtUp.Clear();
            EpochChanged?.Invoke();
        }
        else _batches.RemoveWhere(IsOver);

        foreach (var peer in state.Peers)
            if (peer != from) Send(peer, verified);
        foreach (var track in _wantedTracks) AddQuestions(track);
        state.Emit(new SwarmEffect { Kind = SwarmEffectKind.CatalogChanged });
        return true;
    }

    public void ServeRecords(SwarmPeer peer, ushort track, ulong sequence, TimeSpan now)
    {
        peer.AskedForRecords = now;
        var batch = state.Authority is { } authority && state.Track(track) is { } description
            ? state.Records.EncodeBatch(description, authority.Catalog.Epoch, sequence)
            : null;
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.SendRecords,
            Block = new BlockId(new SegmentId(0, track, sequence), 0, 0),
            Payload = batch ?? [],
        });
    }

    /// <summary>Records arrived, asked for or pushed as they were published.</summary>
    public void ReceiveRecords(SwarmPeer peer, BlockId asked, ReadOnlyMemory<byte> encoded, TimeSpan now)
    {
        if (state.Authority is not { } authority) return;
        if (encoded.IsEmpty)
        {
            _batches.Refused((asked.Segment.Track, asked.Segment.Sequence), peer.Number);
            return;
        }

        if (!RecordBatch.TryDecode(encoded.Span, out var batch) || batch is null)
        {
            state.Ban(peer);
            return;
        }

        if (state.Records.Holds(batch)) peer.Told(batch);
        else
        {
            // What is known costs no proof again, and goes to nobody again.
            batch = state.Records.WithoutKnown(batch);
            var status = authority.CheckRecords(batch, out var records);
            if (status == RecordsStatus.Verified)
            {
                peer.Told(batch);
                AddRecords(batch, records, peer, now);
            }
            else if (status is RecordsStatus.Malformed or RecordsStatus.Forged) state.Ban(peer);
            // Anything else is a batch under another catalog: no lie, but it proves nothing here.
        }

        EndIfOver((asked.Segment.Track, asked.Segment.Sequence));
    }

    /// <summary>Adds proven records; live ones are passed on to whoever follows the track.</summary>
    public void AddRecords(
        RecordBatch batch, IReadOnlyList<SegmentRecord> records, SwarmPeer? from, TimeSpan now)
    {
        if (state.Track(batch.Track) is not { } track) return;
        var last = batch.First + (ulong)records.Count - 1;
        var isNew = records.Count > 0 && !state.Records.Has(batch.Track, last);
        if (!state.Records.Add(batch, records, track.FirstSequence))
        {
            state.Emit(new SwarmEffect { Kind = SwarmEffectKind.Equivocation });
            return;
        }

        if (_batches.Contains((batch.Track, batch.First)) && records.Count < RecordBook.BatchRecords)
            _caughtUp.Add(batch.Track);
        EndIfOver((batch.Track, batch.First));
        if (isNew && !track.Ended && from is not null) _relay.PassOn(batch, records, from);
        else if (isNew && !track.Ended) _relay.Publish(batch, records, now);
        state.Emit(new SwarmEffect { Kind = SwarmEffectKind.RecordsChanged, Number = batch.Track });
    }

    /// <summary>When <see cref="AskForMissed"/> is due.</summary>
    public TimeSpan? NextWakeUp => _relay.NextWakeUp;

    /// <summary>A peer has segments: the next one's record, if it is among them, should be here soon.</summary>
    public void Heard(SwarmPeer peer, SegmentId first, uint count, TimeSpan now)
    {
        if (!_caughtUp.Contains(first.Track) || state.Track(first.Track) is not { Ended: false } track
            || state.Authority?.Catalog.Epoch != first.Epoch) return;
        var next = track.FirstSequence + (ulong)state.Records.Contiguous(track.Id).Count;
        if (next >= first.Sequence && next - first.Sequence < count)
            _relay.Heard(peer, first with { Sequence = next }, now);
    }

    /// <summary>Asks for records that nobody has told of in time.</summary>
    public void AskForMissed(TimeSpan now) => _relay.Advance(now);

    public void Advance(TimeSpan now)
    {
        foreach (var track in _wantedTracks)
            if (state.Track(track) is { Ended: false }) AddQuestions(track);
        WantMore();
        _batches.Assign(now, _choose ??= Choose, _ask ??= Ask);
    }

    /// <summary>Who has what its players read asks for the records of the other tracks, too, one track after the
    /// other: when the publisher is gone, players that choose another rendition have them from viewers
    /// alone.</summary>
    private void WantMore()
    {
        if (_wantedTracks.Count == 0 || _batches.Count > 0 || state.Authority is not { } authority) return;
        var tracks = authority.Catalog.Tracks;
        if (_wantedTracks.Count == tracks.Count) return;
        for (var i = 0; i < tracks.Count; i++)
        {
            if (_wantedTracks.BinarySearch(tracks[i].Id) >= 0) continue;
            WantTrack(tracks[i].Id);
            if (_batches.Count > 0) return;
        }
    }

    private void AddQuestions(ushort id)
    {
        if (state.Track(id) is not { } track) return;
        if (!track.Ended)
        {
            // Records of a growing track are pushed; a gap or a late joiner asks for what is missing.
            var known = (ulong)state.Records.Contiguous(id).Count;
            if (!_caughtUp.Contains(id) || state.Records.HasGap(id))
                _batches.Add((id, track.FirstSequence + known));
            return;
        }

        for (ulong first = 0; first < track.SegmentCount; first += RecordBook.BatchRecords)
            if (!HasBatch(track, first)) _batches.Add((id, track.FirstSequence + first));
    }

    private void EndIfOver((ushort Track, ulong First) key)
    {
        if (IsOver(key)) _batches.Remove(key);
    }

    /// <summary>True for a question to which the answer is known, or that is not asked like this any more since the
    /// track has ended. A peer may give fewer records than were asked for: then the rest still is.</summary>
    private bool IsOver((ushort Track, ulong First) key)
    {
        if (state.Track(key.Track) is not { } track || key.First < track.FirstSequence) return true;
        if (!track.Ended) return state.Records.Has(key.Track, key.First);
        var first = key.First - track.FirstSequence;
        return first % RecordBook.BatchRecords != 0 || HasBatch(track, first);
    }

    private bool HasBatch(TrackDescription track, ulong first)
    {
        var end = Math.Min(first + RecordBook.BatchRecords, track.SegmentCount);
        for (var i = first; i < end; i++)
            if (!state.Records.Has(track.Id, track.FirstSequence + i)) return false;
        return true;
    }

    private int Choose((ushort Track, ulong First) key, List<int> tried)
    {
        foreach (var peer in state.Peers)
            if (!tried.Contains(peer.Number)) return peer.Number;
        return -1;
    }

    private void Ask((ushort Track, ulong First) key, int number) =>
        state.Emit(state.Peer(number)!, new SessionCommand
        {
            Kind = SessionCommandKind.WantRecords,
            Block = new BlockId(new SegmentId(0, key.Track, key.First), 0, 0),
            Count = RecordBook.BatchRecords,
        });

    private void Send(SwarmPeer peer, VerifiedAuthority authority) =>
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.SendAuthority,
            Payload = authority.Encoded,
        });
}
