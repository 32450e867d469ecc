using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// Turns a source into signed statements: catalog, records, leaf lists. On-demand records are leaves
/// of a tree that the catalog names; those of a growing stream are signed one by one.
/// </summary>
internal sealed class StreamPublisher : IAsyncDisposable
{
    private readonly IStreamSource _source;
    private readonly SourceDescription _description;
    private readonly PublishOptions _options;
    private readonly TimeProvider _time;
    private readonly EpochKey _key;
    private readonly SortedDictionary<ushort, List<HashedSegment>> _tracks = [];
    private readonly OwnMedia _media;
    private StreamRuntime? _runtime;
    private IAsyncEnumerator<SourceSegment>? _segments;
    private uint _version;

    public StreamPublisher(IStreamSource source, SourceDescription description,
        PublishOptions options, TimeProvider time)
    {
        _source = source;
        _description = description;
        _options = options;
        _time = time;
        _media = new OwnMedia(time);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        // The time of publishing is an epoch that only grows, with nothing to be remembered.
        _key = options.Key.Delegate(
            options.Name, (uint)now, now, now + (long)options.Validity.TotalSeconds);
        foreach (var track in description.Tracks) _tracks.Add(track.Id, []);
    }

    public Catalog Catalog { get; private set; } = null!;

    /// <summary>The catalog that holds now, as it was signed.</summary>
    public VerifiedAuthority Authority { get; private set; } = null!;

    /// <summary>The epoch that it publishes in.</summary>
    public uint Epoch => _key.Delegation.Epoch;

    private bool Grows => _description.Kind is StreamKind.Event or StreamKind.Live;

    /// <summary>Hashes all of what is on demand; of a growing stream nothing yet.</summary>
    public async Task ReadWhatExistsAsync(CancellationToken cancellationToken)
    {
        if (Grows) return;
        await foreach (var segment in _source.ReadAsync(cancellationToken))
            await AddAsync(segment, publishedAt: 0, cancellationToken);
    }

    /// <summary>Hands the first catalog and all records to the swarm.</summary>
    public async Task OfferAsync(StreamRuntime runtime)
    {
        _runtime = runtime;
        await PublishCatalogAsync(ended: !Grows);
        if (Grows) return;
        foreach (var (track, segments) in _tracks)
            if (segments.Count > 0) await OfferAsync(track, segments, signatures: []);
    }

    /// <summary>Follows a growing source to its end; returns at once for what is on demand.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        if (!Grows) return;
        _segments = _source.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await _segments.MoveNextAsync())
        {
            var publishedAt = _time.GetUtcNow().ToUnixTimeMilliseconds();
            var hashed = await AddAsync(_segments.Current, publishedAt, cancellationToken);
            var signature = _key.SignRecord(RecordCodec.Encode(hashed.Record));
            await OfferAsync(hashed.Record.Id.Track, [hashed], [signature]);
        }

        await PublishCatalogAsync(ended: true);
    }

    public ValueTask<BlockReadOutcome> ReadBlockAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken) =>
        _media.ReadAsync(block, destination, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_segments is not null) await _segments.DisposeAsync();
        await _media.DisposeAsync();
        await _source.DisposeAsync();
        _key.Dispose();
    }

    private async Task<HashedSegment> AddAsync(
        SourceSegment segment, long publishedAt, CancellationToken cancellationToken)
    {
        if (!_tracks.TryGetValue(segment.Track, out var track))
            throw new StreamSourceException($"The source has no track {segment.Track}.");
        var before = StampOf(segment);
        var hashed = await SegmentHasher.HashAsync(
            segment, Epoch, publishedAt, cancellationToken);
        if (track.Count > 0 && hashed.Record.Id.Sequence != track[^1].Record.Id.Sequence + 1)
            throw new StreamSourceException(
                $"Track {segment.Track} goes from segment {track[^1].Record.Id.Sequence} to {segment.Sequence}.");
        track.Add(hashed);
        _media.Add(hashed.Record, segment, before == StampOf(segment) ? before : null);
        return hashed;
    }

    /// <summary>The stamp of a file whose later changes would show in it.</summary>
    private FileStamp? StampOf(SourceSegment segment) =>
        _options.FilesAreImmutable && segment.Local is { } local && FileStamp.Of(local.Path) is { } stamp
        && stamp.IsOldAt(_time.GetUtcNow().UtcDateTime)
            ? stamp
            : null;

    private async Task OfferAsync(
        ushort track, List<HashedSegment> segments, IReadOnlyList<byte[]> signatures)
    {
        var batch = new RecordBatch
        {
            Epoch = Epoch,
            Track = track,
            First = segments[0].Record.Id.Sequence,
            Records = [.. segments.Select(segment => RecordCodec.Encode(segment.Record))],
            Signatures = signatures,
        };
        SegmentRecord[] records = [.. segments.Select(segment => segment.Record)];
        IReadOnlyList<byte[]>[] leaves = [.. segments.Select(segment => segment.Leaves)];
        await _runtime!.AskAsync((swarm, now) =>
        {
            swarm.Publish(batch, records, leaves, now);
            return true;
        });
    }

    private async Task PublishCatalogAsync(bool ended)
    {
        Catalog = new Catalog
        {
            Stream = _options.Key.StreamId(_options.Name),
            Epoch = Epoch,
            Version = ++_version,
            Expires = _key.Delegation.NotAfter,
            Kind = _description.Kind,
            Tracks = [.. _description.Tracks.OrderBy(track => track.Id)
                .Select(track => Describe(track, ended))],
            MasterPlaylist = _description.MasterPlaylist,
            Origin = _description.Origin,
            FileName = _description.FileName,
        };
        var encoded = _key.Seal(Catalog).Encode();
        var status = Protocol.Authority.TryVerify(encoded, _options.Key.PublicKey, _options.Name,
            _time.GetUtcNow().ToUnixTimeSeconds(), out var verified);
        if (status != AuthorityStatus.Verified)
            throw new StreamSourceException($"The catalog cannot be published: {status}.");
        Authority = verified!;
        await _runtime!.AskAsync((swarm, now) =>
        {
            swarm.Publish(verified!, now);
            return true;
        });
    }

    private TrackDescription Describe(TrackDescription track, bool ended)
    {
        var segments = _tracks[track.Id];
        return track with
        {
            FirstSequence = segments.Count > 0 ? segments[0].Record.Id.Sequence : track.FirstSequence,
            SegmentCount = (ulong)segments.Count,
            Ended = ended,
            RecordsRoot = ended ? RootOf(segments) : default,
        };
    }

    private static Hash256 RootOf(List<HashedSegment> segments) =>
        new RecordTree([.. segments.Select(
            segment => RecordCodec.Hash(RecordCodec.Encode(segment.Record)))]).Root;
}
