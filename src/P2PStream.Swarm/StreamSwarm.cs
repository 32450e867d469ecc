using System.Net;
using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <summary>
/// One stream's brain at one node: who is there, what is here, what is wanted, from whom it comes and
/// to whom it goes. Sans-IO: the shell feeds events and time, and does the effects. One owner.
/// </summary>
public sealed partial class StreamSwarm
{
    /// <summary>How often time-outs that nothing else wakes up for are looked at.</summary>
    private static readonly TimeSpan Housekeeping = TimeSpan.FromMilliseconds(250);

    /// <summary>Viewers that start together tell each other their windows before one of them is elected.</summary>
    private static readonly TimeSpan InterestPatience = TimeSpan.FromMilliseconds(150);

    /// <summary>How often what hangs on time alone, and on no event, is looked at: records enter the window,
    /// questions time out, links are dialled.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly SwarmState _state;
    private readonly StreamAuthority _authority;
    private readonly PlaybackWindow _window;
    private readonly LeafFetcher _leaves;
    private readonly LeavesAhead _leavesAhead;
    private readonly OriginFetcher _origin;
    private readonly BlockTransfers _transfers;
    private readonly UploadDesk _uploads;
    private readonly AvailabilityBoard _availability;
    private readonly ShareBoard _shares;
    private readonly ScarceGivers _givers;
    private readonly GiverRations _rations;
    private readonly GiverDeals _deals;
    private readonly SegmentReaders _readers;
    private readonly StoreReader _stored;
    private readonly LinkKeeper _links;
    private readonly SupplyExplainer _explainer;
    private readonly RemoteBudgets _budgets = new();
    private TimeSpan _now;
    private TimeSpan? _firstRead;
    private bool _discoveryDone;
    private bool _originStarted;

    /// <summary>Something has happened that may matter to more than what is asked for next.</summary>
    private bool _isChanged;
    private TimeSpan _nextLook = TimeSpan.MinValue;

    /// <summary>Makes one.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="picker">Decides which block is asked of whom.</param>
    /// <param name="pool">Memory for blocks; may be shared by streams.</param>
    /// <param name="policy">Decides who is served.</param>
    /// <param name="budget">Says how much may be asked for; null: all that is wanted.</param>
    public StreamSwarm(
        SwarmOptions options, IBlockPicker picker, BlockPool pool, IUploadPolicy policy,
        IDownloadBudget? budget = null)
    {
        _state = new SwarmState(options, picker, pool);
        _authority = new StreamAuthority(_state);
        _window = new PlaybackWindow(_state, _authority);
        _leavesAhead = new LeavesAhead(_state, _window);
        _leaves = new LeafFetcher(_state, _leavesAhead);
        _shares = new ShareBoard(_state, _window);
        _givers = new ScarceGivers(_state, _window);
        _origin = new OriginFetcher(_state, _window, _givers);
        _rations = new GiverRations(_state, _window, _givers);
        _deals = new GiverDeals(_state, _window, _givers);
        _transfers = new BlockTransfers(_state, _window, _leaves, _origin, _shares, budget);
        _stored = new StoreReader(_state, _window, _transfers);
        _uploads = new UploadDesk(_state, policy);
        _readers = new SegmentReaders(_state);
        _links = new LinkKeeper(_state);
        _availability = new AvailabilityBoard(_state, _window, _shares, _givers, _deals);
        _window.Appended = OnAppended;
        _transfers.Verified = OnVerified;
        _transfers.SpoiledInStore = SegmentForgotten;
        _explainer = new SupplyExplainer(_state, _window, _transfers);
        _transfers.WhyOrigin = _explainer.WhyOrigin;
        _authority.EpochChanged = OnEpochChanged;
    }

    /// <summary>What has been counted.</summary>
    public SwarmCounters Counters => _state.Counters;

    /// <summary>The catalog that holds; null until one is known.</summary>
    public VerifiedAuthority? Authority => _state.Authority;

    /// <summary>The largest segment that can be read, in blocks of 16 KiB: three quarters of the pool, and no
    /// more than <see cref="ContentLimits.SegmentBytes"/>.</summary>
    public int LargestSegmentBlocks => _state.LargestSegment;

    /// <summary>When <see cref="Advance"/> must next be called at the latest.</summary>
    public TimeSpan? NextWakeUp
    {
        get
        {
            var next = _now + Housekeeping;
            if (_state.Picker.NextWakeUp is { } picker && picker < next) next = picker;
            if (_origin.NextWakeUp is { } origin && origin < next) next = origin;
            if (_availability.NextWakeUp is { } news && news < next) next = news;
            if (_deals.NextWakeUp is { } deals && deals < next) next = deals;
            if (_authority.NextWakeUp is { } missed && missed < next) next = missed;
            if (_uploads.NextWakeUp is { } uploads && uploads < next) next = uploads;
            return next > _now ? next : _now + TimeSpan.FromMilliseconds(1);
        }
    }

    /// <summary>True when the player reaches a segment within two seconds that is not whole here: the
    /// node's uploads give way.</summary>
    public bool IsUrgent(TimeSpan now) => _window.IsUrgent(now);

    /// <summary>The records of a track known so far, from its first on without a gap. Asks for the rest.</summary>
    public IReadOnlyList<SegmentRecord> Records(ushort track)
    {
        _isChanged |= _authority.WantTrack(track);
        if (_state.Track(track) is { } description && description.InitializationTrack != track)
            _isChanged |= _authority.WantTrack(description.InitializationTrack);
        return _state.Records.Contiguous(track);
    }

    /// <summary>What each peer gave and got, for people.</summary>
    public IReadOnlyList<PeerSnapshot> Peers()
    {
        var snapshots = new PeerSnapshot[_state.Peers.Count];
        for (var i = 0; i < snapshots.Length; i++)
        {
            var peer = _state.Peers[i];
            snapshots[i] = new PeerSnapshot(peer.Number, peer.Id, peer.IsViewer, peer.Listens,
                peer.BytesReceived, peer.BytesSent, _state.Picker.Estimate(peer.Source));
        }

        return snapshots;
    }

    /// <summary>A link to a peer of this stream is up and has a channel.</summary>
    /// <param name="number">Names the peer towards the shell.</param>
    /// <param name="id">Its identity.</param>
    /// <param name="channel">The stream's channel on the link.</param>
    /// <param name="listens">Where it can be dialled, if that is known.</param>
    /// <param name="remote">Where its end of the link is, as <c>address:port</c> or another transport's own
    /// text: what it may say about others depends on it.</param>
    /// <param name="setupTime">How long dialling took; zero where unknown.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when there are too many and nobody gives way: the shell closes the channel. Who gives way is
    /// gone at once, and its session is told to close its channel.</returns>
    public bool PeerJoined(
        int number, PeerId id, ushort channel, DialAddress? listens, string remote, TimeSpan setupTime,
        TimeSpan now)
    {
        var isDialled = _links.IsDialled(listens);
        if (!_links.TryAdmit(isDialled, now, out var evicted)) return false;
        _isChanged = true;
        if (evicted is not null) ShowOut(evicted, now);
        var roundTrip = setupTime > TimeSpan.Zero ? setupTime / 3 : TimeSpan.FromMilliseconds(20);
        var source = _state.Picker.AddSource(
            new SourceProfile(Price: 0, Rate: 0, roundTrip, WindowLimit: 256,
                Salt: _state.Options.Self.Value.Prefix ^ id.Value.Prefix), now);
        var scope = AddressScope.Of(remote);
        var peer = new SwarmPeer(number, id, channel, source, now)
        {
            IsViewer = true,
            Listens = listens,
            Scope = scope,
            Budget = _budgets.Join(scope, id, now),
            IsDialled = isDialled,
        };
        _state.Add(peer);
        _authority.PeerJoined(peer);
        _window.Introduce(peer);
        _availability.Introduce(peer);
        _links.PeerJoined(peer, now);
        return true;
    }

    /// <summary>A peer's link or channel has ended.</summary>
    public void PeerLeft(int number, TimeSpan now)
    {
        if (_state.Peer(number) is not { } peer) return;
        _isChanged = true;
        _state.Picker.RemoveSource(peer.Source, now);
        _state.Remove(peer);
        peer.HasLeft = true;
        _shares.PeersChanged();
        _transfers.PeerLeft(number);
        _authority.PeerLeft(peer);
        _leaves.PeerLeft(peer);
        _uploads.PeerLeft(peer);
        _links.PeerLeft(peer, now);
        RemoteBudgets.Leave(peer.Budget, now);
    }

    /// <summary>An address where a peer of this stream may listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="source">Who told of it.</param>
    /// <param name="now">The time.</param>
    public void CandidateFound(DialAddress address, CandidateSource source, TimeSpan now)
    {
        _isChanged = true;
        _links.Add(address, source, now);
    }

    /// <summary>Others see this node at these addresses, and at no others: peers near them are dialled
    /// first.</summary>
    public void LocatedAt(IEnumerable<IPAddress> own) => _links.LocatedAt(own);

    /// <summary>The addresses that may be dialled, in the order heard.</summary>
    public IReadOnlyList<PeerCandidate> Candidates(TimeSpan now) => _links.Show(now);

    /// <summary>A statement of the root key was found outside the swarm: catalogs of an earlier epoch are
    /// ignored from now on.</summary>
    /// <param name="epoch">The epoch that it states.</param>
    /// <param name="now">The time.</param>
    public void EpochFound(uint epoch, TimeSpan now) => _authority.Expect(epoch);

    /// <summary>A first search for peers is over: there may be no more than are known.</summary>
    public void DiscoveryDone(TimeSpan now)
    {
        _isChanged = true;
        _discoveryDone = true;
    }

    /// <summary>A dial ended.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="linked">True when the node there is linked now.</param>
    /// <param name="now">The time.</param>
    public void Dialed(DialAddress address, bool linked, TimeSpan now)
    {
        _isChanged = true;
        _links.Dialed(address, linked, now);
    }

    /// <summary>Never dial that address again: it is this node, or it was banned.</summary>
    public void Forbid(DialAddress address) => _links.Forbid(address);

    /// <summary>The player says where it is.</summary>
    /// <param name="position">The playhead on the media time line; while it waits, where it will go on.</param>
    /// <param name="isMoving">True while it plays; false while it starts, is stalled or paused.</param>
    /// <param name="rate">1 for normal speed.</param>
    /// <param name="now">The time.</param>
    public void Play(TimeSpan position, bool isMoving, double rate, TimeSpan now)
    {
        _isChanged = true;
        _window.Play(position, isMoving, rate, now);
    }

    /// <summary>The player has run out of media while it played: <see cref="SwarmEffectKind.Stalled"/> says why.
    /// Not to be called for a pause, a start or a jump.</summary>
    /// <param name="position">Where it stands on the media time line.</param>
    /// <param name="now">The time.</param>
    public void PlayerStalled(TimeSpan position, TimeSpan now) =>
        _explainer.PlayerStalled(position, now);

    /// <summary>A reader opens a segment whose record is known: its blocks come as <see cref="SwarmEffectKind.ReaderBlock"/>.</summary>
    /// <returns>False when no such record is known, when it is larger than <see cref="LargestSegmentBlocks"/>, or
    /// when too many tracks are being read at once.</returns>
    public bool OpenReader(uint reader, SegmentId segment, TimeSpan now)
    {
        if (_state.Records.Find(segment) is not { } record || !_window.CanRead(record)) return false;
        _isChanged = true;
        _firstRead ??= now;
        _readers.Open(reader, record);
        _window.Read(record, now);
        return true;
    }

    /// <summary>A reader is done or gives up.</summary>
    public void CloseReader(uint reader)
    {
        _isChanged = true;
        _readers.Close(reader);
    }

    /// <summary>What the publisher states about a segment; null when that is not known.</summary>
    public SegmentRecord? FindRecord(SegmentId segment) => _state.Records.Find(segment);

    /// <summary>True when a segment is whole here, in memory, in the host's store or as its own media.</summary>
    public bool HasSegment(SegmentId segment) =>
        _state.Options.ServesOwnMedia ? _state.Records.Find(segment) is not null
        : _state.Kept.Contains(segment) || _state.Store.Find(segment)?.IsComplete == true;

    /// <summary>True when a peer has told that it has a whole segment.</summary>
    /// <param name="number">The peer.</param>
    /// <param name="segment">Which.</param>
    public bool PeerHasSegment(int number, SegmentId segment) =>
        _state.Peer(number)?.HasSegment(segment) == true;

    /// <summary>Takes the next thing to do or to know.</summary>
    public bool TryTake(out SwarmEffect effect) => _state.TryTake(out effect);

    /// <summary>Lets time pass and does whatever has become due: to be called once after every batch
    /// of inputs, and at <see cref="NextWakeUp"/>; then the effects are to be taken.</summary>
    public void Advance(TimeSpan now)
    {
        _now = now;
        _state.Picker.Tick(now);
        var looks = _isChanged || _leaves.HasNews || now >= _nextLook;
        if (looks)
        {
            _isChanged = false;
            _nextLook = now + LookEvery;
            _authority.Advance(now);
            _window.Advance(now);
        }

        _authority.AskForMissed(now);
        _availability.Advance(now);
        if (looks) _leaves.Advance(now);
        _stored.Advance();
        if (_givers.Judge(_origin.IsActive, now)) GiversChanged(now);
        if (_givers.TryTakeNews())
            foreach (var peer in _state.Peers) _window.Introduce(peer);
        _origin.Advance(OriginMayStart(now), now);
        _rations.Advance(now);
        _deals.Advance(now);
        GiveUpOrigin(now);
        _shares.Advance(now);
        _transfers.Advance(now);
        _uploads.Advance(now);
        if (looks) _links.Advance(now);
    }

    /// <summary>Releases every block.</summary>
    public void Close()
    {
        foreach (var peer in _state.Peers.ToArray()) PeerLeft(peer.Number, _now);
        _state.Store.Clear();
    }

    private void ShowOut(SwarmPeer peer, TimeSpan now)
    {
        _state.Emit(peer, new SessionCommand { Kind = SessionCommandKind.CloseChannel });
        PeerLeft(peer.Number, now);
    }

    private void GiversChanged(TimeSpan now)
    {
        _availability.GiversChanged(now);
        foreach (var peer in _state.Peers)
            _transfers.TakeBack(peer, entry => _givers.Withholds(peer, entry), now);
    }

    private void OnEpochChanged()
    {
        _window.Reset(_now);
        _leavesAhead.Reset();
        _readers.EndAll();
    }

    private void OnAppended(TrackLane lane, LaneEntry entry)
    {
        if (!entry.Segment.IsComplete) _leaves.Want(entry.Segment.Id, (ushort)entry.Part);
        _stored.Appended(lane, entry, _now);
        _availability.Appended(lane, entry, _now);
    }

    private void OnVerified(StoredSegment segment, BlockId block)
    {
        _readers.Verified(segment);
        var giver = _state.Peer(segment.Parts[block.Part].GiverOf(block.Index));
        if (_window.Locate(block) is { } place) GotFrom(place.Entry, block, giver);
        _uploads.Verified(segment, block, _now);
        var isWhole = segment.IsComplete && !segment.Announced;
        _availability.Verified(segment, block, isWhole, _now);
        if (!isWhole) return;
        segment.Announced = true;
        _isChanged = true;
        _state.Emit(new SwarmEffect { Kind = SwarmEffectKind.SegmentCompleted, Block = block });
        if (_state.Options.HasBlockStore && !_state.Kept.Contains(segment.Id)) Keep(segment);
    }

    /// <summary>Who fetches from givers that are scarce does what who fetches from the origin does.</summary>
    private void GotFrom(LaneEntry entry, BlockId block, SwarmPeer? giver) =>
        entry.Got(block.Index,
            giver is not null && _givers.Withholds(giver, entry) ? null : giver, _now);
}
