using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A published stream of reproducible bytes: one video track on demand.</summary>
internal sealed class TestStream : IDisposable
{
    public const string Name = "film";
    public const ushort Track = 1;
    public const string Origin = "http://origin.test/";

    private readonly EpochKey _epoch;
    private readonly List<SegmentRecord> _records = [];
    private readonly List<IReadOnlyList<byte[]>> _leaves = [];

    public TestStream(int segments, int segmentBytes, TimeSpan duration, bool hasOrigin = true)
    {
        Root = RootKey.FromSeed([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        _epoch = Root.Delegate(Name, epoch: 7, notBefore: 0, notAfter: 1_000_000);
        for (var i = 0; i < segments; i++) Add(i, segmentBytes + i * 11, duration, hasOrigin);
    }

    public RootKey Root { get; }

    public IReadOnlyList<SegmentRecord> Records => _records;

    public long Length => _records.Sum(record => record.Length);

    /// <summary>The bytes of a segment follow from its name and offset.</summary>
    public static void Fill(SegmentId id, long offset, Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            var at = (ulong)(offset + i);
            bytes[i] = (byte)((at * 31 + (at >> 8) * 17 + (at >> 16) + id.Sequence * 101) & 0xFF);
        }
    }

    public VerifiedAuthority Authority()
    {
        var catalog = new Catalog
        {
            Stream = Root.StreamId(Name),
            Epoch = 7,
            Version = 1,
            Expires = 1_000_000,
            Kind = StreamKind.OnDemand,
            Origin = Origin,
            Tracks =
            [
                new TrackDescription
                {
                    Id = Track,
                    Kind = TrackKind.Video,
                    Name = "video",
                    InitializationTrack = Track,
                    SegmentCount = (ulong)_records.Count,
                    Ended = true,
                    RecordsRoot = new RecordTree([.. _records.Select(
                        record => RecordCodec.Hash(RecordCodec.Encode(record)))]).Root,
                },
            ],
        };
        Assert.Equal(AuthorityStatus.Verified, Protocol.Authority.TryVerify(
            _epoch.Seal(catalog).Encode(), Root.PublicKey, Name, 1000, out var verified));
        return verified!;
    }

    public void PublishTo(StreamSwarm swarm, TimeSpan now)
    {
        swarm.Publish(Authority(), now);
        var batch = new RecordBatch
        {
            Epoch = 7,
            Track = Track,
            First = 0,
            Records = [.. _records.Select(RecordCodec.Encode)],
        };
        swarm.Publish(batch, _records, _leaves, now);
    }

    public void Dispose()
    {
        _epoch.Dispose();
        Root.Dispose();
    }

    private void Add(int index, int length, TimeSpan duration, bool hasOrigin)
    {
        var id = new SegmentId(7, Track, (ulong)index);
        var bytes = new byte[length];
        Fill(id, 0, bytes);
        var leaves = new List<Hash256>();
        for (var at = 0; at < length; at += ContentLimits.BlockBytes)
            leaves.Add(ContentTree.HashLeaf(
                bytes.AsSpan(at, Math.Min(ContentLimits.BlockBytes, length - at))));
        var part = new PartDigest(length, ContentTree.PartRoot([.. leaves], length));
        _leaves.Add([[.. leaves.SelectMany(leaf => leaf.ToArray())]]);
        _records.Add(new SegmentRecord
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
