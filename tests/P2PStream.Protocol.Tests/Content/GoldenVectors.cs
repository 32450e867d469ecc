using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace P2PStream.Protocol.Tests.Content;

/// <summary>Makes vectors/content.json from fixed seeds. Bytes are lower-case
/// hexadecimal.</summary>
internal static class GoldenVectors
{
    private const string RootSeed =
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string Name = "Überfluss/1";
    private const uint Epoch = 3;
    private const long NotBefore = 1_790_000_000;
    private const long NotAfter = 1_800_000_000;
    private static readonly int[] s_lengths = [0, 1, 16_384, 16_385, 50_000, 114_688];

    private static readonly JsonSerializerOptions s_format = new()
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Text(JsonObject vectors) => vectors.ToJsonString(s_format) + "\n";

    public static JsonObject Make()
    {
        using var root = RootKey.FromSeed(Convert.FromHexString(RootSeed));
        using var key = root.Delegate(Name, Epoch, NotBefore, NotAfter);
        var records = Enumerable.Range(0, 11).Select(i => Record((ulong)i)).ToArray();
        var encoded = records.Select(RecordCodec.Encode).ToArray();
        var tree = new RecordTree([.. encoded.Select(record => RecordCodec.Hash(record))]);
        var catalog = Catalog(root.StreamId(Name), tree);
        var authority = key.Seal(catalog);
        var link = new StreamLink
        {
            Key = root.PublicKey, Name = Name, Peers = ["192.0.2.7:4001", "[2001:db8::7]:4001"],
            Bootstrap = ["dht.example.org:6881"], Origins = ["https://origin.example/show 1/"],
        };
        return new JsonObject
        {
            ["about"] =
                "Vectors of docs/content-encodings.md. Byte i of a part is (i * 31 + 7) mod 251.",
            ["parts"] = new JsonArray([.. s_lengths.Select(length => (JsonNode)Part(length))]),
            ["segment"] = Segment(),
            ["keys"] = Keys(root, key),
            ["delegation"] = new JsonObject
            {
                ["epoch"] = Epoch, ["notBefore"] = NotBefore, ["notAfter"] = NotAfter,
                ["encoded"] = Hex(key.DelegationBytes.Span),
                ["hash"] = DelegationCodec.Hash(key.DelegationBytes.Span).ToString(),
                ["signature"] = Hex(key.DelegationSignature.Span),
            },
            ["records"] = new JsonArray(
                [.. encoded.Select(record => (JsonNode)RecordVector(record, key))]),
            ["recordTree"] = RecordTreeVector(tree),
            ["catalog"] = new JsonObject
            {
                ["encoded"] = Hex(authority.Catalog),
                ["hash"] = CatalogCodec.Hash(authority.Catalog).ToString(),
                ["signature"] = Hex(authority.CatalogSignature),
            },
            ["authority"] = Hex(authority.Encode()),
            ["batches"] = new JsonArray(
                Hex(Proven(encoded, tree, 4, 4).Encode()),
                Hex(Proven(encoded, tree, 8, 3).Encode()),
                Hex(Signed(encoded, key, 5, 2).Encode())),
            ["link"] = link.ToString(),
        };
    }

    private static JsonObject Part(int length)
    {
        var leaves = Leaves(length);
        return new JsonObject
        {
            ["length"] = length,
            ["leaves"] = new JsonArray([.. leaves.Select(leaf => (JsonNode)leaf.ToString())]),
            ["root"] = ContentTree.PartRoot(leaves, length).ToString(),
        };
    }

    private static JsonObject Segment()
    {
        PartDigest[] parts = [.. s_lengths.Select(Digest)];
        return new JsonObject
        {
            ["parts"] = "the parts above, in order",
            ["root"] = ContentTree.SegmentRoot(parts).ToString(),
        };
    }

    private static JsonObject Keys(RootKey root, EpochKey key) => new()
    {
        ["rootSeed"] = RootSeed,
        ["rootText"] = root.ExportText(),
        ["rootPublic"] = root.PublicKey.ToString(),
        ["name"] = Name,
        ["streamId"] = root.StreamId(Name).ToString(),
        ["epochPublic"] = key.Delegation.Key.ToString(),
        ["epochText"] = key.ExportText(),
    };

    private static JsonObject RecordVector(byte[] encoded, EpochKey key) => new JsonObject
    {
        ["encoded"] = Hex(encoded),
        ["hash"] = RecordCodec.Hash(encoded).ToString(),
        ["signature"] = Hex(key.SignRecord(encoded)),
    };

    private static JsonObject RecordTreeVector(RecordTree tree) => new()
    {
        ["root"] = tree.Root.ToString(),
        ["paths"] = new JsonArray([.. new[] { (0, 1), (4, 4), (8, 3), (10, 1), (0, 11) }.Select(
            range => (JsonNode)new JsonObject
            {
                ["first"] = range.Item1,
                ["count"] = range.Item2,
                ["path"] = new JsonArray(
                    [
                        .. tree.Path(range.Item1, range.Item2).Select(hash =>
                            (JsonNode)hash.ToString()),
                    ]),
            })]),
    };

    private static RecordBatch Proven(
        byte[][] records, RecordTree tree, int first, int count) => new()
    {
        Epoch = Epoch, Track = 2, First = 100 + (ulong)first,
        Records = records[first..(first + count)], Path = tree.Path(first, count),
    };

    private static RecordBatch Signed(byte[][] records, EpochKey key, int first, int count) => new()
    {
        Epoch = Epoch, Track = 2, First = 100 + (ulong)first,
        Records = records[first..(first + count)],
        Signatures = [.. records[first..(first + count)].Select(record => key.SignRecord(record))],
    };

    private static SegmentRecord Record(ulong index)
    {
        PartDigest[] parts = index % 2 == 0 ? [Digest(50_000)] : [Digest(16_385), Digest(1)];
        return new SegmentRecord
        {
            Id = new SegmentId(Epoch, 2, 100 + index),
            Root = ContentTree.SegmentRoot(parts),
            Parts = parts,
            Start = TimeSpan.FromSeconds(index * 2),
            Duration = TimeSpan.FromMilliseconds(2002),
            Tags = "#EXTINF:2.002,größer",
            OriginUri = $"v/{index}.m4s",
            OriginOffset = index == 3 ? 4096 : -1,
            Initialization = 0,
            PublishedAt = (NotBefore + (long)index) * 1000,
        };
    }

    private static Catalog Catalog(StreamId stream, RecordTree tree) => new()
    {
        Stream = stream,
        Epoch = Epoch,
        Version = 5,
        Expires = NotAfter - 1000,
        Kind = StreamKind.Event,
        MasterPlaylist = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000\n{2}\n",
        Origin = "https://origin.example/",
        OriginTrusted = true,
        Tracks =
        [
            new TrackDescription
            {
                Id = 1, Kind = TrackKind.Initialization, Name = "init", InitializationTrack = 1,
                SegmentCount = 1,
            },
            new TrackDescription
            {
                Id = 2, Kind = TrackKind.Video, Name = "360p", Bandwidth = 900_000,
                InitializationTrack = 1, PlaylistHeader = "#EXT-X-TARGETDURATION:2\n",
                OriginUri = "v/index.m3u8", FirstSequence = 100, SegmentCount = (ulong)tree.Count,
                Ended = true, RecordsRoot = tree.Root,
            },
        ],
    };

    private static PartDigest Digest(int length) =>
        new(length, ContentTree.PartRoot(Leaves(length), length));

    private static Hash256[] Leaves(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)((i * 31L + 7) % 251))];
        var blocks = bytes.Chunk(ContentLimits.BlockBytes);
        return [.. blocks.Select(block => ContentTree.HashLeaf(block))];
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
