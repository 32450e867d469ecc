using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A published stream of reproducible bytes: one video track on demand.</summary>
internal sealed class TestStream : IDisposable
{
    public const string Name = "film";
    public const ushort Track = 1;
    public const ushort TextTrack = 100;
    public const string Origin = "http://origin.test/";

    private readonly EpochKey _epoch;
    private readonly uint _number;
    private readonly TrackKind _textKind;
    private readonly List<SegmentRecord> _records = [];
    private readonly List<IReadOnlyList<byte[]>> _leaves = [];
    private readonly List<SegmentRecord> _subtitles = [];
    private readonly List<IReadOnlyList<byte[]>> _subtitleLeaves = [];
    private readonly List<SegmentRecord> _text = [];
    private readonly List<IReadOnlyList<byte[]>> _textLeaves = [];

    public TestStream(int segments, int segmentBytes, TimeSpan duration, bool hasOrigin = true,
        uint epoch = 7, int subtitles = 0, IReadOnlyList<int>? sizes = null,
        bool hasText = false, bool hasTextOrigin = true, TrackKind textKind = TrackKind.Subtitles)
    {
        _number = epoch;
        _textKind = textKind;
        Root = RootKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        _epoch = Root.Delegate(Name, epoch, notBefore: 0, notAfter: 1_000_000);
        for (var i = 0; i < segments; i++)
            Add(Track, i, sizes?[i] ?? segmentBytes + i * 11, duration, hasOrigin, _records, _leaves);
        for (var i = 0; hasText && i < segments; i++)
            Add(TextTrack, i, 1000, duration, hasTextOrigin, _text, _textLeaves);
        for (var i = 0; i < subtitles; i++)
            Add((ushort)(Track + 1 + i), 0, 1000, duration, hasOrigin, _subtitles, _subtitleLeaves);
    }

    public RootKey Root { get; }

    /// <summary>True for one to which more is added.</summary>
    public bool IsLive { get; init; }

    public IReadOnlyList<SegmentRecord> Records => _records;

    /// <summary>A second track with as many small segments as the picture has.</summary>
    public IReadOnlyList<SegmentRecord> Text => _text;

    /// <summary>The one segment of each subtitle track.</summary>
    public IReadOnlyList<SegmentRecord> Subtitles => _subtitles;

    public long Length => _records.Sum(record => record.Length);

    /// <summary>The bytes of a segment follow from its name and offset.</summary>
    public static void Fill(SegmentId id, long offset, Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var at = (ulong)(offset + i);
            bytes[i] = (byte)((at * 31 + (at >> 8) * 17 + (at >> 16) + id.Sequence * 101
                + id.Epoch * 13) & 0xFF);
        }
    }

    /// <summary>Adds a segment of nothing but zeros: parts as large as may be, and blocks that are all alike.</summary>
    public SegmentRecord AddZeros(int blocks, TimeSpan start, TimeSpan? duration = null)
    {
        var id = new SegmentId(_number, Track, (ulong)_records.Count);
        var leaf = ContentTree.HashLeaf(new byte[ContentLimits.BlockBytes]);
        var parts = new List<PartDigest>();
        var lists = new List<byte[]>();
        for (var left = blocks; left > 0; left -= ContentLimits.BlocksPerPart)
        {
            var leaves = new Hash256[Math.Min(left, ContentLimits.BlocksPerPart)];
            Array.Fill(leaves, leaf);
            var length = leaves.Length * ContentLimits.BlockBytes;
            parts.Add(new PartDigest(length, ContentTree.PartRoot(leaves, length)));
            lists.Add([.. leaves.SelectMany(each => each.ToArray())]);
        }

        _leaves.Add(lists);
        _records.Add(new SegmentRecord
        {
            Id = id,
            Root = ContentTree.SegmentRoot([.. parts]),
            Parts = parts,
            Start = start,
            Duration = duration ?? TimeSpan.FromSeconds(2),
        });
        return _records[^1];
    }

    /// <summary>What the publisher says of the stream.</summary>
    /// <param name="isGrowing">True while more segments are to come.</param>
    public VerifiedAuthority Authority(bool isGrowing = false)
    {
        var catalog = new Catalog
        {
            Stream = Root.StreamId(Name),
            Epoch = _number,
            Version = isGrowing ? 1u : 2,
            Expires = 1_000_000,
            Kind = isGrowing || IsLive ? StreamKind.Live : StreamKind.OnDemand,
            Origin = Origin,
            Tracks =
            [
                isGrowing
                    ? Describe(Track, TrackKind.Video, _records) with { Ended = false, RecordsRoot = default }
                    : Describe(Track, TrackKind.Video, _records),
                .. _text.Count > 0
                    ? [Describe(TextTrack, _textKind, _text)]
                    : Array.Empty<TrackDescription>(),
                .. _subtitles.Select(
                    record => Describe(record.Id.Track, TrackKind.Subtitles, [record])),
            ],
        };
        Assert.Equal(AuthorityStatus.Verified, Protocol.Authority.TryVerify(
            _epoch.Seal(catalog).Encode(), Root.PublicKey, Name, 1000, out var verified));
        return verified!;
    }

    public void PublishTo(StreamSwarm swarm, TimeSpan now)
    {
        swarm.Publish(Authority(), now);
        if (_records.Count > 0) swarm.Publish(Batch(), _records, _leaves, now);
        if (_text.Count > 0) swarm.Publish(Batch(_text), _text, _textLeaves, now);
        for (var i = 0; i < _subtitles.Count; i++)
            swarm.Publish(Batch([_subtitles[i]]), [_subtitles[i]], [_subtitleLeaves[i]], now);
    }

    /// <summary>As <see cref="PublishTo"/>, without leaf lists: they are for peers to tell.</summary>
    public void PublishRecordsTo(StreamSwarm swarm, TimeSpan now)
    {
        swarm.Publish(Authority(), now);
        swarm.Publish(Batch(), _records, [.. _records.Select(_ => Array.Empty<byte[]>())], now);
        if (_text.Count > 0)
            swarm.Publish(Batch(_text), _text, [.. _text.Select(_ => Array.Empty<byte[]>())], now);
    }

    /// <summary>The leaf list of the first part of a segment of either track.</summary>
    public byte[] LeavesOf(SegmentId id) =>
        (id.Track == TextTrack ? _textLeaves : _leaves)[(int)id.Sequence][0];

    /// <summary>The records of the video track, without a proof: 64 at most are a tree of their own.</summary>
    public RecordBatch Batch() => Batch(_records);

    /// <summary>Some records of the video track, as they are proven once it has ended.</summary>
    public RecordBatch Batch(int first, int count)
    {
        var encoded = _records.Select(RecordCodec.Encode).ToArray();
        return new RecordBatch
        {
            Epoch = _number,
            Track = Track,
            First = (ulong)first,
            Records = encoded[first..(first + count)],
            Path = new RecordTree([.. encoded.Select(record => RecordCodec.Hash(record))]).Path(first, count),
        };
    }

    /// <summary>The same while it grows.</summary>
    public RecordBatch SignedBatch(int first, int count)
    {
        var encoded = _records.Skip(first).Take(count).Select(RecordCodec.Encode).ToArray();
        return new RecordBatch
        {
            Epoch = _number,
            Track = Track,
            First = (ulong)first,
            Records = encoded,
            Signatures = [.. encoded.Select(record => _epoch.SignRecord(record))],
        };
    }

    /// <summary>The leaf list of a part of the video track.</summary>
    public byte[] Leaves(SegmentId id, ushort part = 0) => _leaves[(int)id.Sequence][part];

    public void Dispose()
    {
        _epoch.Dispose();
        Root.Dispose();
    }

    private RecordBatch Batch(List<SegmentRecord> records) => new()
    {
        Epoch = _number,
        Track = records[0].Id.Track,
        First = 0,
        Records = [.. records.Select(RecordCodec.Encode)],
    };

    private TrackDescription Describe(
        ushort track, TrackKind kind, List<SegmentRecord> records) => new()
    {
        Id = track,
        Kind = kind,
        Name = $"track {track}",
        InitializationTrack = track,
        SegmentCount = IsLive ? 0 : (ulong)records.Count,
        Ended = !IsLive,
        RecordsRoot = IsLive ? default : new RecordTree([.. records.Select(
            record => RecordCodec.Hash(RecordCodec.Encode(record)))]).Root,
    };

    private void Add(ushort track, int index, int length, TimeSpan duration, bool hasOrigin,
        List<SegmentRecord> records, List<IReadOnlyList<byte[]>> lists)
    {
        var id = new SegmentId(_number, track, (ulong)index);
        var bytes = new byte[length];
        Fill(id, 0, bytes);
        var leaves = new List<Hash256>();
        for (var at = 0; at < length; at += ContentLimits.BlockBytes)
            leaves.Add(ContentTree.HashLeaf(
                bytes.AsSpan(at, Math.Min(ContentLimits.BlockBytes, length - at))));
        var part = new PartDigest(length, ContentTree.PartRoot([.. leaves], length));
        lists.Add([[.. leaves.SelectMany(leaf => leaf.ToArray())]]);
        records.Add(new SegmentRecord
        {
            Id = id,
            Root = ContentTree.SegmentRoot([part]),
            Parts = [part],
            Start = duration * index,
            Duration = duration,
            OriginUri = hasOrigin ? $"s{index}" : "",
        });
    }
}
