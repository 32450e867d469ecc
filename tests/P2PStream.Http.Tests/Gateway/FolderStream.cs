using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

/// <summary>A stream that is watched without a swarm: a source's segments, held in memory with true
/// records.</summary>
internal sealed class FolderStream : IGatewayStream, IMediaSource
{
    private readonly Dictionary<SegmentId, byte[]> _bytes = [];
    private readonly Dictionary<ushort, List<SegmentRecord>> _records = [];
    private readonly TaskCompletionSource _known = new();
    private readonly List<SegmentDelivery> _deliveries = [];
    private Catalog? _catalog;

    public string Name => "sample";

    public IMediaSource Media => this;

    public SwarmStatistics Statistics { get; set; } = SwarmStatistics.Empty;

    public IReadOnlyList<SegmentDelivery> RecentDeliveries
    {
        get
        {
            lock (_deliveries) return [.. _deliveries];
        }
    }

    public Catalog Catalog =>
        _catalog ?? throw new InvalidOperationException("The stream's catalog is not known yet.");

    /// <summary>What the gateway's player says.</summary>
    public Func<PlayerState>? Player { get; private set; }

    /// <summary>Segments that cannot be had.</summary>
    public HashSet<SegmentId> Missing { get; } = [];

    /// <summary>Called when a segment has been read; for a source other than a folder to stand
    /// for.</summary>
    public Func<SegmentRecord, Task>? Opened { get; set; }

    /// <summary>Segments opened, in order.</summary>
    public List<SegmentId> Requests { get; } = [];

    /// <summary>Everything that lies at a path or URL.</summary>
    public static async Task<FolderStream> OpenAsync(
        string pathOrUrl, CancellationToken cancellationToken, StreamSourceOptions? options = null)
    {
        await using var source = await StreamSource.OpenAsync(
            pathOrUrl, options, cancellationToken);
        var stream = new FolderStream();
        var description = await source.DescribeAsync(cancellationToken);
        await foreach (var segment in source.ReadAsync(cancellationToken))
            stream.Add(segment, await SourceContent.BytesAsync(segment, cancellationToken));
        stream.Publish(description, ended: true);
        return stream;
    }

    public void Add(SourceSegment segment, byte[] bytes)
    {
        var leaves = bytes.Chunk(ContentLimits.BlockBytes).Select(
            block => ContentTree.HashLeaf(block)).ToArray();
        PartDigest[] parts = [new PartDigest(
            bytes.Length, ContentTree.PartRoot(leaves, bytes.Length))];
        var record = new SegmentRecord
        {
            Id = new SegmentId(1, segment.Track, segment.Sequence),
            Root = ContentTree.SegmentRoot(parts),
            Parts = parts,
            Start = segment.Start,
            Duration = segment.Duration,
            Tags = segment.Tags,
            OriginUri = segment.OriginUri,
            OriginOffset = segment.OriginOffset,
            Initialization = segment.Initialization,
        };
        if (!_records.TryGetValue(segment.Track, out var records))
            _records.Add(segment.Track, records = []);
        records.Add(record);
        _bytes[record.Id] = bytes;
    }

    public void Publish(SourceDescription description, bool ended)
    {
        _catalog = new Catalog
        {
            Stream = default,
            Epoch = 1,
            Version = (_catalog?.Version ?? 0) + 1,
            Expires = long.MaxValue,
            Kind = description.Kind,
            MasterPlaylist = description.MasterPlaylist,
            Origin = description.Origin,
            FileName = description.FileName,
            Tracks =
            [
                .. description.Tracks.Select(track => track with
                {
                    SegmentCount = (ulong)(_records.GetValueOrDefault(track.Id)?.Count ?? 0),
                        Ended = ended,
                }),
            ],
        };
        _known.TrySetResult();
    }

    public void Deliver(SegmentDelivery delivery)
    {
        lock (_deliveries) _deliveries.Add(delivery);
    }

    public Task WaitForCatalogAsync(CancellationToken cancellationToken) =>
        _known.Task.WaitAsync(cancellationToken);

    public void AttachPlayer(Func<PlayerState> state) => Player = state;

    public ValueTask<IReadOnlyList<SegmentRecord>> GetRecordsAsync(
        ushort track,
        CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<SegmentRecord>>(
            [.. _records[track]]);

    public async IAsyncEnumerable<MediaSegment> ReadTrackAsync(
        ushort track, TimeSpan from = default,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var record in _records[track].Where(
            record => record.Start + record.Duration > from))
            yield return await OpenSegmentAsync(record.Id, cancellationToken);
    }

    public async ValueTask<MediaSegment> OpenSegmentAsync(
        SegmentId segment, CancellationToken cancellationToken)
    {
        var record = _records.GetValueOrDefault(segment.Track)?.Find(
            candidate => candidate.Id == segment)
            ?? throw new KeyNotFoundException("The stream has no such segment.");
        lock (Requests) Requests.Add(segment);
        if (Opened is not null) await Opened(record);
        return new FolderSegment(record, Missing.Contains(segment) ? null : _bytes[segment]);
    }
}
