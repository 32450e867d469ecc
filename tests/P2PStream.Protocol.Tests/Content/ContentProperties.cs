using FsCheck;
using FsCheck.Xunit;

namespace P2PStream.Protocol.Tests.Content;

/// <summary>What holds for all records, catalogs, batches and links; the seed is fixed, so a run
/// repeats.</summary>
[Properties(Replay = "20261122,1234567")]
public sealed class ContentProperties
{
    private const int Cases = 200;

    [ManyCases(Cases)]
    public void A_record_comes_back(
        uint epoch, ushort track, ulong sequence, string? tags, string? uri, byte[] lengths,
        long start, long duration, long offset)
    {
        PartDigest[] parts =
        [
            new((int)(sequence % (ContentLimits.PartBytes + 1)), ReferenceTree.Numbered(0)),
            .. lengths.Take(60).Select(length =>
                new PartDigest(length * 9999, ReferenceTree.Numbered(length))),
        ];
        var record = new SegmentRecord
        {
            Id = new SegmentId(epoch, track, sequence & ContentLimits.LastSequence),
            Root = ContentTree.SegmentRoot(parts),
            Parts = parts,
            Start = new TimeSpan(start & ContentLimits.LastTick),
            Duration = new TimeSpan(duration & ContentLimits.LastTick),
            Tags = Text(tags),
            OriginUri = Text(uri),
            OriginOffset = offset < 0 ? -1 : offset / 2,
            Initialization = offset < 0 ? track : -1,
            PublishedAt = epoch,
        };
        var encoded = RecordCodec.Encode(record);
        Assert.True(RecordCodec.TryDecode(encoded, out var decoded));
        Assert.Equal(parts, decoded!.Parts);
        Assert.Equal(record, decoded with { Parts = record.Parts });
        Assert.Equal(encoded, RecordCodec.Encode(decoded));
    }

    [ManyCases(Cases)]
    public void A_catalog_comes_back(
        uint version, bool trusted, string? text, ushort[] ids, ulong number, byte kind)
    {
        ushort[] ordered = [.. ids.Append((ushort)1).Distinct().Order()];
        var catalog = new Catalog
        {
            Stream = new StreamId(ReferenceTree.Numbered(kind)),
            Epoch = (uint)number,
            Version = version,
            Expires = version,
            Kind = (StreamKind)(kind % 4),
            MasterPlaylist = Text(text),
            Origin = Text(text),
            OriginTrusted = trusted,
            FileName = kind % 4 == (int)StreamKind.File ? "film.mp4" : "",
            Tracks = [.. ordered.Select(id => Track(id, text, number))],
        };
        var encoded = CatalogCodec.Encode(catalog);
        Assert.True(CatalogCodec.TryDecode(encoded, out var decoded));
        Assert.Equal(catalog.Tracks, decoded!.Tracks);
        Assert.Equal(catalog, decoded with { Tracks = catalog.Tracks });
        Assert.Equal(encoded, CatalogCodec.Encode(decoded));
    }

    [ManyCases(Cases)]
    public void A_tree_has_the_shape_of_RFC_6962_whatever_its_size(ushort size)
    {
        Hash256[] leaves = [.. Enumerable.Range(0, size % 600).Select(ReferenceTree.Numbered)];
        var root = ReferenceTree.Tree(leaves);
        Assert.Equal(root, new RecordTree(leaves).Root);
        var tree = new TreeAccumulator(stackalloc Hash256[TreeAccumulator.StackSize]);
        foreach (var leaf in leaves) tree.Add(leaf);
        Assert.Equal(root, tree.Root());
    }

    [ManyCases(Cases)]
    public void A_path_proves_its_range_at_one_place_only(
        ushort size, ushort index, byte power, ushort elsewhere)
    {
        var total = size % 600 + 1;
        Hash256[] leaves = [.. Enumerable.Range(0, total).Select(ReferenceTree.Numbered)];
        var tree = new RecordTree(leaves);
        var (first, count) = tree.RangeAround(index % total, 1 << (power % 7));
        Assert.InRange(index % total, first, first + count - 1);
        var path = tree.Path(first, count);
        var range = leaves.AsSpan(first, count);
        Assert.True(RecordTree.Verify(range, first, total, path, tree.Root));
        var other = elsewhere % (total + 10);
        Assert.Equal(other == first, RecordTree.Verify(range, other, total, path, tree.Root));
    }

    [ManyCases(Cases)]
    public void A_link_comes_back(string? name, byte[] ports, uint address, ushort label)
    {
        var clean = Text(name).Length == 0 || !StreamName.IsValid(Text(name)) ? "name" : Text(name);
        var host = new System.Net.IPAddress(address);
        var origin = $"https://h{label}.example";
        var link = new StreamLink
        {
            Key = ReferenceTree.Numbered(label),
            Name = clean,
            Peers = [.. ports.Take(8).Select(port => $"{host}:{port + 1}")],
            Bootstrap = [.. ports.Take(3).Select(port => $"[2001:db8::{label:x}]:{port + 1}")],
            Origins = [.. ports.Take(2).Select(port => $"{origin}/{port}?a=b&c=%20")],
        };
        Assert.True(StreamLink.TryParse(link.ToString(), out var again, out var error), error);
        Assert.Equal(link, again);
        Assert.Equal(link.ToString(), again.ToString());
        Assert.Equal(link.StreamId, again.StreamId);
    }

    [ManyCases(Cases)]
    public void Anything_may_be_parsed_and_has_one_outcome(string? text)
    {
        var start = $"p2pstream:{new string('A', 43)}/";
        string?[] links =
        [
            text, start + text, $"{start}n?peer={text}", $"{start}n?origin={text}",
            $"{start}n?origin=http://{text}",
        ];
        foreach (var link in links)
        {
            Assert.Equal(StreamLink.TryParse(link, out var parsed, out var error), error is null);
            if (parsed is not null)
                Assert.True(StreamLink.TryParse(parsed.ToString(), out _, out _));
        }

        if (HostPort.TryParse(text, out var address)) Assert.NotEmpty(address.Host);
    }

    private static TrackDescription Track(ushort id, string? text, ulong number) => new()
    {
        Id = id,
        Kind = (TrackKind)(id % 5),
        Name = "track",
        Bandwidth = (long)(number >> 1),
        InitializationTrack = 1,
        PlaylistHeader = Text(text),
        OriginUri = Text(text),
        FirstSequence = number >> 3,
        SegmentCount = number & 0xffffff,
        Ended = id % 2 == 0,
        RecordsRoot = id % 2 == 0 ? ReferenceTree.Numbered(id) : default,
    };

    /// <summary>The text without half letters, which no encoding has.</summary>
    private static string Text(string? text) => string.Concat((text ?? "").EnumerateRunes());
}
