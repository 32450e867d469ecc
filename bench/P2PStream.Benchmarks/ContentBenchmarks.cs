using BenchmarkDotNet.Attributes;
using P2PStream.Protocol;

namespace P2PStream.Benchmarks;

/// <summary>What verification costs: a block, a part of 2 MiB, its leaf list, a record either
/// way.</summary>
[MemoryDiagnoser]
public class ContentBenchmarks
{
    private const int PartBytes = 2 * 1024 * 1024;
    private const int Blocks = PartBytes / ContentLimits.BlockBytes;
    private const long Now = 1_800_000_000;
    private readonly byte[] _part = new byte[PartBytes];
    private readonly Hash256[] _leaves = new Hash256[Blocks];
    private readonly byte[] _leafList = new byte[Blocks * Hash256.Size];
    private PartDigest _digest;
    private VerifiedAuthority _authority = null!;
    private RecordBatch _proven = null!;
    private RecordBatch _signed = null!;
    private byte[] _record = [];

    /// <summary>Makes a part, and an ended track of 1,024 records.</summary>
    [GlobalSetup]
    public void Setup()
    {
        new Random(1).NextBytes(_part);
        _digest = new PartDigest(PartBytes, HashPart());
        for (var i = 0; i < _leaves.Length; i++)
            _leaves[i].CopyTo(_leafList.AsSpan(i * Hash256.Size));
        using var root = RootKey.FromSeed(new byte[RootKey.SeedBytes]);
        using var key = root.Delegate("bench", 1, Now, Now + 1000);
        byte[][] records = [.. Enumerable.Range(0, 1024).Select(i => Record((ulong)i))];
        _record = records[0];
        var tree = new RecordTree([.. records.Select(record => RecordCodec.Hash(record))]);
        var encoded = key.Seal(Catalog(root.StreamId("bench"), tree)).Encode();
        Authority.TryVerify(encoded, root.PublicKey, "bench", Now, out var verified);
        _authority = verified!;
        _proven = new RecordBatch
        {
            Epoch = 1, Track = 0, First = 64, Records = records[64..128], Path = tree.Path(64, 64),
        };
        _signed = new RecordBatch
        {
            Epoch = 1, Track = 0, First = 0, Records = [_record],
            Signatures = [key.SignRecord(_record)],
        };
    }

    /// <summary>One block of 16 KiB.</summary>
    [Benchmark]
    public Hash256 HashLeaf() => ContentTree.HashLeaf(_part.AsSpan(0, ContentLimits.BlockBytes));

    /// <summary>128 blocks and the tree over them.</summary>
    [Benchmark]
    public Hash256 HashPart()
    {
        for (var i = 0; i < _leaves.Length; i++)
        {
            _leaves[i] = ContentTree.HashLeaf(
                _part.AsSpan(i * ContentLimits.BlockBytes, ContentLimits.BlockBytes));
        }

        return ContentTree.PartRoot(_leaves, PartBytes);
    }

    /// <summary>The leaf list of 2 MiB against its part.</summary>
    [Benchmark]
    public bool VerifyLeaves() => ContentTree.VerifyLeaves(_leafList, _digest);

    /// <summary>A record alone, without its proof.</summary>
    [Benchmark]
    public bool DecodeRecord() => RecordCodec.TryDecode(_record, out _);

    /// <summary>64 records with a path.</summary>
    [Benchmark]
    public bool VerifyProvenRecords() => _authority.VerifyRecords(_proven, out _);

    /// <summary>One signed record.</summary>
    [Benchmark]
    public bool VerifySignedRecord() => _authority.VerifyRecords(_signed, out _);

    private byte[] Record(ulong sequence)
    {
        PartDigest[] parts = [_digest];
        return RecordCodec.Encode(new SegmentRecord
        {
            Id = new SegmentId(1, 0, sequence), Root = ContentTree.SegmentRoot(parts),
            Parts = parts, Start = TimeSpan.FromSeconds(sequence * 2),
            Duration = TimeSpan.FromSeconds(2),
            Tags = "#EXTINF:2.0,", OriginUri = "video/segment00001.m4s",
        });
    }

    private static Catalog Catalog(StreamId stream, RecordTree tree) => new()
    {
        Stream = stream, Epoch = 1, Version = 1, Expires = Now + 1000, Kind = StreamKind.OnDemand,
        Tracks =
        [
            new TrackDescription
            {
                Id = 0, Kind = TrackKind.Video, Name = "v", SegmentCount = (ulong)tree.Count,
                Ended = true, RecordsRoot = tree.Root,
            },
        ],
    };
}
