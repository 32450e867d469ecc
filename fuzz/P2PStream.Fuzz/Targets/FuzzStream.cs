using P2PStream.Protocol;

namespace P2PStream.Fuzz.Targets;

/// <summary>A stream from a fixed seed, whose authority and records are in the corpora: an ended
/// track of 11 records and one that goes on.</summary>
internal sealed class FuzzStream
{
    public const string Name = "fuzz";
    public const long Now = 1_800_000_000;
    public const ulong First = 20;
    private const uint Epoch = 4;
    private const int Count = 11;

    public FuzzStream()
    {
        using var root = RootKey.FromSeed(new byte[RootKey.SeedBytes]);
        using var key = root.Delegate(Name, Epoch, Now, Now + 1000);
        PublicKey = root.PublicKey;
        Records = [.. Enumerable.Range(0, Count).Select(i => Record(First + (ulong)i))];
        var tree = new RecordTree([.. Records.Select(record => RecordCodec.Hash(record))]);
        var encoded = key.Seal(Catalog(root.StreamId(Name), tree.Root)).Encode();
        Protocol.Authority.TryVerify(encoded, PublicKey, Name, Now, out var verified);
        Authority = verified ?? throw new InvalidOperationException("The stream does not verify.");
        Proven = Batch(8, 2) with { Path = tree.Path(8, 2) };
        var signed = Batch(5, 2);
        Signed = signed with
        {
            Signatures = [.. signed.Records.Select(record => key.SignRecord(record))],
        };
    }

    public Hash256 PublicKey { get; }

    public VerifiedAuthority Authority { get; }

    public byte[][] Records { get; }

    /// <summary>Records with a path.</summary>
    public RecordBatch Proven { get; }

    /// <summary>Records with signatures.</summary>
    public RecordBatch Signed { get; }

    private RecordBatch Batch(int index, int count) => new()
    {
        Epoch = Epoch, Track = 1, First = First + (ulong)index,
        Records = Records[index..(index + count)],
    };

    private static byte[] Record(ulong sequence)
    {
        var root = ContentTree.PartRoot([ContentTree.HashLeaf([(byte)sequence])], 1);
        PartDigest[] parts = [new(1, root)];
        return RecordCodec.Encode(new SegmentRecord
        {
            Id = new SegmentId(Epoch, 1, sequence), Root = ContentTree.SegmentRoot(parts),
            Parts = parts, Start = TimeSpan.FromSeconds(sequence),
            Duration = TimeSpan.FromSeconds(1), Tags = "#é",
            OriginUri = "s",
        });
    }

    private static Catalog Catalog(StreamId stream, Hash256 root) => new()
    {
        Stream = stream, Epoch = Epoch, Version = 1, Expires = Now + 1000, Kind = StreamKind.Event,
        Tracks =
        [
            new TrackDescription
            {
                Id = 1, Kind = TrackKind.Video, Name = "v", InitializationTrack = 1,
                FirstSequence = First, SegmentCount = Count, Ended = true, RecordsRoot = root,
            },
        ],
    };
}
