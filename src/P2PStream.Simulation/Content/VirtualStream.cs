using System.Buffers.Binary;
using P2PStream.Protocol;

namespace P2PStream.Simulation;

/// <summary>
/// A published stream whose blocks are virtual: the bytes of a block are stood for by its id, and its leaf is
/// the hash of that. Trees, records, catalog and signatures are real.
/// </summary>
internal sealed class VirtualStream : IDisposable
{
    public const string Name = "simulated";
    public const long UnixSecondsAtZero = 1_000;
    private const uint Epoch = 1;
    private const long Expires = 1_000_000;

    private readonly EpochKey _epoch;
    private readonly Track[] _tracks;

    public VirtualStream(MediaScenario media, bool hasOrigin)
    {
        Media = media;
        Root = RootKey.FromSeed([.. Enumerable.Range(1, RootKey.SeedBytes).Select(i => (byte)i)]);
        _epoch = Root.Delegate(Name, Epoch, notBefore: 0, notAfter: Expires);
        long[] rates = media.AudioBitsPerSecond > 0
            ? [.. media.BitsPerSecond, media.AudioBitsPerSecond]
            : [.. media.BitsPerSecond];
        _tracks = new Track[rates.Length];
        for (var i = 0; i < _tracks.Length; i++)
        {
            _tracks[i] = new Track(IdOf(i), rates[i]);
            for (var s = 0; s < media.Segments; s++) Add(_tracks[i], s, hasOrigin);
        }
    }

    public MediaScenario Media { get; }

    public RootKey Root { get; }

    public TimeSpan SegmentTime => TimeSpan.FromSeconds(Media.SegmentSeconds);

    /// <summary>Tracks in all: the renditions, and behind them the audio if there is any.</summary>
    public int TrackCount => _tracks.Length;

    /// <summary>Where the audio is among the tracks, if there is any.</summary>
    public int AudioTrack => Media.BitsPerSecond.Count;

    public bool HasAudio => TrackCount > AudioTrack;

    public IReadOnlyList<SegmentRecord> Records(int track) => _tracks[track].Records;

    public long BitsPerSecond(int track) => _tracks[track].BitsPerSecond;

    public static ushort IdOf(int track) => (ushort)(track + 1);

    /// <summary>The leaf of a block as published: what its bytes hash to, were there any.</summary>
    public Hash256 Leaf(BlockId block) => new(
        _tracks[block.Segment.Track - 1].Leaves[(int)block.Segment.Sequence]
            .AsSpan(block.Index * Hash256.Size, Hash256.Size));

    /// <summary>A leaf list as all nodes may keep it: the publisher's own array in place of an equal one, as
    /// nobody changes it.</summary>
    public ReadOnlyMemory<byte> Share(BlockId part, ReadOnlyMemory<byte> leaves)
    {
        var (track, sequence) = (part.Segment.Track - 1, part.Segment.Sequence);
        if (track < 0 || track >= _tracks.Length || sequence >= (ulong)Media.Segments) return leaves;
        var own = _tracks[track].Leaves[(int)sequence];
        return leaves.Span.SequenceEqual(own) ? own : leaves;
    }

    /// <summary>Publishes the catalog, and on demand all there is.</summary>
    public void PublishTo(Swarm.StreamSwarm swarm, VerifiedAuthority authority, TimeSpan now)
    {
        swarm.Publish(authority, now);
        if (Media.IsLive) return;
        foreach (var track in _tracks)
        {
            for (var first = 0; first < Media.Segments; first += ContentLimits.RecordsPerBatch)
            {
                var count = Math.Min(ContentLimits.RecordsPerBatch, Media.Segments - first);
                Publish(swarm, track, Batch(track, first, count), now);
            }
        }
    }

    /// <summary>Publishes one segment of each track of a live stream.</summary>
    public void PublishLive(Swarm.StreamSwarm swarm, int sequence, TimeSpan now)
    {
        foreach (var track in _tracks)
        {
            var signature = track.Signatures[sequence] ??=
                _epoch.SignRecord(track.Encoded[sequence]);
            var batch = Batch(track, sequence, 1) with { Path = [], Signatures = [signature] };
            Publish(swarm, track, batch, now);
        }
    }

    public VerifiedAuthority Authority()
    {
        var catalog = new Catalog
        {
            Stream = Root.StreamId(Name),
            Epoch = Epoch,
            Version = 1,
            Expires = Expires,
            Kind = Media.IsLive ? StreamKind.Event : StreamKind.OnDemand,
            Origin = "http://origin.test/",
            Tracks = [.. _tracks.Select(Describe)],
        };
        var sealedCatalog = _epoch.Seal(catalog).Encode();
        var status = Protocol.Authority.TryVerify(
            sealedCatalog, Root.PublicKey, Name, UnixSecondsAtZero, out var verified);
        return status == AuthorityStatus.Verified && verified is not null
            ? verified
            : throw new InvalidOperationException($"The catalog is {status}.");
    }

    public void Dispose()
    {
        _epoch.Dispose();
        Root.Dispose();
    }

    private TrackDescription Describe(Track track) => new()
    {
        Id = track.Id,
        Kind = HasAudio && track.Id == IdOf(AudioTrack) ? TrackKind.Audio : TrackKind.Video,
        Name = $"{track.BitsPerSecond / 1000} kbit/s",
        Bandwidth = track.BitsPerSecond,
        InitializationTrack = track.Id,
        SegmentCount = Media.IsLive ? 0 : (ulong)track.Records.Count,
        Ended = !Media.IsLive,
        RecordsRoot = Media.IsLive ? default : track.Tree.Root,
    };

    private static RecordBatch Batch(Track track, int first, int count) => new()
    {
        Epoch = Epoch,
        Track = track.Id,
        First = (ulong)first,
        Records = track.Encoded[first..(first + count)],
        Path = track.Tree.Path(first, count),
    };

    private static void Publish(
        Swarm.StreamSwarm swarm, Track track, RecordBatch batch, TimeSpan now)
    {
        var first = (int)batch.First;
        var records = track.Records[first..(first + batch.Records.Count)];
        var leaves = new List<IReadOnlyList<byte[]>>();
        foreach (var record in records) leaves.Add([track.Leaves[(int)record.Id.Sequence]]);
        swarm.Publish(batch, records, leaves, now);
    }

    private void Add(Track track, int sequence, bool hasOrigin)
    {
        var id = new SegmentId(Epoch, track.Id, (ulong)sequence);
        var length = (int)Math.Max(1, track.BitsPerSecond * Media.SegmentSeconds / 8);
        var leaves = new Hash256[ContentLimits.BlockCount(length)];
        var list = new byte[leaves.Length * Hash256.Size];
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = ContentTree.HashLeaf(NameOf(new BlockId(id, 0, (ushort)i)));
            leaves[i].CopyTo(list.AsSpan(i * Hash256.Size));
        }

        var part = new PartDigest(length, ContentTree.PartRoot(leaves, length));
        var record = new SegmentRecord
        {
            Id = id,
            Root = ContentTree.SegmentRoot([part]),
            Parts = [part],
            Start = SegmentTime * sequence,
            Duration = SegmentTime,
            OriginUri = hasOrigin ? $"{track.Id}/{sequence}" : "",
            PublishedAt = Media.IsLive
                ? (long)((UnixSecondsAtZero + (sequence + 1) * Media.SegmentSeconds) * 1000)
                : 0,
        };
        track.Leaves.Add(list);
        track.Records.Add(record);
        track.Encoded.Add(RecordCodec.Encode(record));
        track.Signatures.Add(null);
    }

    /// <summary>What stands for the bytes of a block.</summary>
    private static byte[] NameOf(BlockId block)
    {
        var name = new byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(name, block.Segment.Track);
        BinaryPrimitives.WriteUInt64LittleEndian(name.AsSpan(2), block.Segment.Sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(name.AsSpan(10), block.Index);
        return name;
    }

    private sealed class Track(ushort id, long bitsPerSecond)
    {
        private RecordTree? _tree;

        public ushort Id => id;

        public long BitsPerSecond => bitsPerSecond;

        public List<SegmentRecord> Records { get; } = [];

        public List<byte[]> Encoded { get; } = [];

        public List<byte[]?> Signatures { get; } = [];

        public List<byte[]> Leaves { get; } = [];

        public RecordTree Tree =>
            _tree ??= new RecordTree([.. Encoded.Select(encoded => RecordCodec.Hash(encoded))]);
    }
}
