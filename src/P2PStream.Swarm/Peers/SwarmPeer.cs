using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>One peer on this stream: what it has, what it wants, what it gave.</summary>
internal sealed class SwarmPeer(
    int number, PeerId id, ushort channel, int source, TimeSpan now)
{
    /// <summary>So long a peer's catalog, records and first window may take.</summary>
    private static readonly TimeSpan Newcomer = TimeSpan.FromMilliseconds(150);

    // Small tables that lie in the peer itself: all peers are looked through with every block.
    private TrackMap<SegmentRanges> _have;
    private PeerBlocks _blocks;
    private TrackMap<InterestWindow> _interest;

    /// <summary>By track: behind the last segment whose record it has told.</summary>
    private TrackMap<ulong> _told;

    private uint _epoch;
    private long _usefulBytes;

    public int Number { get; } = number;

    public PeerId Id { get; } = id;

    public ushort Channel { get; } = channel;

    /// <summary>Its number in the picker.</summary>
    public int Source { get; } = source;

    public bool IsViewer { get; set; }

    /// <summary>True once it has said what it is to the stream: until then it counts as a viewer.</summary>
    public bool HasSpoken { get; private set; }

    /// <summary>True while it says that it fetches from the origin.</summary>
    public bool UsesOrigin { get; set; }

    /// <summary>True while it says that givers are scarce: it asks them for nothing that it is not to bring.</summary>
    public bool LacksGivers { get; set; }

    /// <summary>When it last gave a block that it had been the first to have: it fetches from the origin.</summary>
    public TimeSpan LastFetch { get; set; } = TimeSpan.MinValue / 2;

    /// <summary>It was elected to fetch a segment and did not: until then it is left out of elections.</summary>
    public TimeSpan LapsedUntil { get; set; } = TimeSpan.MinValue;

    /// <summary>Where it can be dialled, if it said so.</summary>
    public DialAddress? Listens { get; set; }

    /// <summary>Where its end of the link is.</summary>
    public AddressScope Scope { get; init; }

    /// <summary>What it may cost, together with its like.</summary>
    public required RemoteBudget Budget { get; init; }

    /// <summary>The addresses of others that it may still tell.</summary>
    public ref HearsayQuota Hearsay => ref Budget.Hearsay;

    public TimeSpan RoundTrip { get; set; }

    public long BytesReceived { get; set; }

    /// <summary>Of those, what came before its request was given up: the picker knows its rate from that.</summary>
    public long BytesMeasured { get; set; }

    public long BytesSent { get; set; }

    /// <summary>Since when it has owed blocks without a pause, and what it had given by then.</summary>
    public (TimeSpan At, long Bytes) BusySince { get; set; }

    /// <summary>What it sends this node while viewers share what it has.</summary>
    public SharedRate Shared { get; } = new();

    public int UploadsQueued { get; set; }

    /// <summary>Blocks handed to its session: in this and the last two seconds, about a segment's time.</summary>
    public RecentCount GivenLately { get; } = new(TimeSpan.FromSeconds(2));

    /// <summary>What it asks for, by how soon it plays it.</summary>
    public RelaxedRequests Requests { get; } = new();

    /// <summary>True when this node dialled it.</summary>
    public bool IsDialled { get; init; }

    public TimeSpan Since { get; } = now;

    /// <summary>When it last asked for records.</summary>
    public TimeSpan AskedForRecords { get; set; } = TimeSpan.MinValue / 2;

    /// <summary>True once it has lied or flooded; its link is about to end.</summary>
    public bool IsBanned { get; set; }

    /// <summary>True once its link or channel has ended.</summary>
    public bool HasLeft { get; set; }

    /// <summary>When it was last seen to have given or taken bytes; null for never.</summary>
    public TimeSpan? LastUse { get; private set; }

    /// <summary>True when it gave some and had, at the last look, a whole segment that is wanted here.</summary>
    public bool HasWanted { get; set; }

    /// <summary>What its words about what it has may cost.</summary>
    public ref WorkBudget Work => ref Budget.Work;

    /// <summary>True while its windows hold segments of which it has not been told what is here.</summary>
    public bool AwaitsNews { get; private set; }

    /// <summary>When it may next be told: who moves its windows to and fro does not make us talk.</summary>
    public TimeSpan NextNews { get; set; } = TimeSpan.MinValue;

    /// <summary>Blocks verified here that it follows and has not been told of.</summary>
    public UntoldBlocks Untold { get; } = new();

    /// <summary>True once it had a piece that it did not fetch itself, see <see cref="PartShare"/>.</summary>
    public bool Gives { get; set; }

    /// <summary>True for one that came just now and has told neither what it has nor what it wants: who
    /// starts together with us will want what we want.</summary>
    public bool IsNew(TimeSpan now) =>
        now - Since < Newcomer && _have.Count == 0 && _interest.Count == 0;

    /// <summary>Notes whether it has given or taken bytes since it was last looked at.</summary>
    public void NoteUse(TimeSpan now)
    {
        var bytes = BytesReceived + BytesSent;
        if (bytes > _usefulBytes) LastUse = now;
        _usefulBytes = bytes;
    }

    /// <summary>Notes the epoch it speaks of: what it had of an older one is nothing now.</summary>
    /// <returns>False when the epoch is over.</returns>
    public bool SpeaksOf(uint epoch)
    {
        if (epoch < _epoch) return false;
        if (epoch == _epoch) return true;
        _epoch = epoch;
        _have.Clear();
        _blocks.Clear();
        _told.Clear();
        return true;
    }

    /// <summary>What it has of a track; null for more tracks than a catalog can name.</summary>
    public SegmentRanges? Have(ushort track)
    {
        if (_have.TryGetValue(track, out var ranges)) return ranges;
        if (_have.Count >= ContentLimits.Tracks) return null;
        return _have.GetOrAdd(track) = new SegmentRanges();
    }

    public bool HasSegment(SegmentId id) =>
        id.Epoch == _epoch && _have.TryGetValue(id.Track, out var ranges) && ranges.Contains(id.Sequence);

    public bool HasBlock(BlockId block) =>
        HasSegment(block.Segment) || _blocks.Contains(block);

    /// <summary>Notes single blocks of a part; the part's size is known from its record.</summary>
    public void AddBlocks(BlockId first, int count, int blocksInPart) =>
        _blocks.Add(first, count, blocksInPart);

    /// <summary>True when it has single blocks of some part.</summary>
    public bool HasShownBlocks => _blocks.Count > 0;

    /// <summary>Forgets single blocks: the whole segments are here, or gone.</summary>
    /// <returns>How many parts were looked at.</returns>
    public int ForgetBlocks(SegmentId first, uint count) => _blocks.Forget(first, count);

    /// <summary>Notes what it says of itself. Whether it is a viewer counts the first time: no node becomes one or
    /// ceases to be one, and for each that did all that is wanted would be looked through anew.</summary>
    /// <returns>True when it is not what it was taken for.</returns>
    public bool Says(InterestRole role)
    {
        UsesOrigin = role.HasFlag(InterestRole.UsesOrigin);
        LacksGivers = role.HasFlag(InterestRole.LacksGivers);
        var isViewer = role.HasFlag(InterestRole.Viewer);
        var isNews = !HasSpoken && isViewer != IsViewer;
        HasSpoken = true;
        if (isNews) IsViewer = isViewer;
        return isNews;
    }

    public void SetInterest(ushort track, ulong first, uint count)
    {
        if (count == 0)
        {
            _interest.Remove(track);
            return;
        }

        if (_interest.Count >= ContentLimits.Tracks && !_interest.TryGetValue(track, out _)) return;
        _interest.GetOrAdd(track).Set(first, count);
        AwaitsNews = true;
    }

    public bool Wants(SegmentId id) =>
        _interest.TryGetValue(id.Track, out var window) && window.Contains(id.Sequence);

    /// <summary>True when it follows a track.</summary>
    public bool Follows(ushort track) => _interest.TryGetValue(track, out _);

    /// <summary>It has told records that hold: who tells the newest has them, and has or soon will have their leaf
    /// lists.</summary>
    public void Told(RecordBatch batch)
    {
        if (!SpeaksOf(batch.Epoch)) return;
        ref var end = ref _told.GetOrAdd(batch.Track);
        end = Math.Max(end, batch.First + (ulong)batch.Records.Count);
    }

    /// <summary>True when it has told a record, or a later one.</summary>
    public bool HasTold(SegmentId id) =>
        id.Epoch == _epoch && _told.TryGetValue(id.Track, out var end) && id.Sequence < end;

    /// <summary>True when its window holds a segment or is at most so many steps from it.</summary>
    public bool IsNear(SegmentId id, ulong steps) =>
        _interest.TryGetValue(id.Track, out var window) && window.IsNear(id.Sequence, steps);

    /// <summary>The first segment of a track that it follows; 0 when it follows none.</summary>
    public ulong FirstWanted(ushort track) =>
        _interest.TryGetValue(track, out var window) ? window.First : 0;

    /// <summary>True when it follows a segment and has not been told what is here of it.</summary>
    public bool AwaitsNewsOf(SegmentId id) =>
        _interest.TryGetValue(id.Track, out var window) && window.IsNew(id.Sequence);

    /// <summary>It has been told of all that its windows hold.</summary>
    public void ToldNews()
    {
        AwaitsNews = false;
        for (var i = 0; i < _interest.Count; i++) _interest.At(i).Told();
    }
}
