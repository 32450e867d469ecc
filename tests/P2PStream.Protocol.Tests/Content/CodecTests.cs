namespace P2PStream.Protocol.Tests.Content;

public sealed class CodecTests
{
    [Fact]
    public void Record_comes_back()
    {
        var record = Samples.Record();
        Assert.True(RecordCodec.TryDecode(RecordCodec.Encode(record), out var decoded));
        Assert.Equal(record.Parts, decoded!.Parts);
        Assert.Equal(record, decoded with { Parts = record.Parts });
    }

    [Fact]
    public void Catalog_comes_back()
    {
        var catalog = Samples.Catalog(new StreamId(ReferenceTree.Numbered(5)));
        Assert.True(CatalogCodec.TryDecode(CatalogCodec.Encode(catalog), out var decoded));
        Assert.Equal(catalog.Tracks, decoded!.Tracks);
        Assert.Equal(catalog, decoded with { Tracks = catalog.Tracks });
    }

    [Fact]
    public void Delegation_comes_back()
    {
        var delegation = new Delegation(
            new StreamId(ReferenceTree.Numbered(1)), 9, ReferenceTree.Numbered(2), 5, 5);
        var encoded = DelegationCodec.Encode(delegation);
        Assert.Equal(DelegationCodec.Size, encoded.Length);
        Assert.True(DelegationCodec.TryDecode(encoded, out var decoded));
        Assert.Equal(delegation, decoded);
    }

    [Fact]
    public void A_changed_record_is_refused_or_says_something_else_in_the_one_way()
    {
        var encoded = RecordCodec.Encode(Samples.Record());
        foreach (var changed in Tampering.OneByteChanged(encoded))
        {
            if (RecordCodec.TryDecode(changed, out var decoded))
                Assert.Equal(changed, RecordCodec.Encode(decoded!));
        }

        foreach (var cut in Tampering.LengthChanged(encoded))
            Assert.False(RecordCodec.TryDecode(cut, out _));
    }

    [Fact]
    public void A_changed_catalog_is_refused_or_says_something_else_in_the_one_way()
    {
        var encoded = CatalogCodec.Encode(Samples.Catalog(default));
        foreach (var changed in Tampering.OneByteChanged(encoded))
        {
            if (CatalogCodec.TryDecode(changed, out var decoded))
                Assert.Equal(changed, CatalogCodec.Encode(decoded!));
        }

        foreach (var cut in Tampering.LengthChanged(encoded))
            Assert.False(CatalogCodec.TryDecode(cut, out _));
    }

    [Fact]
    public void A_changed_delegation_is_refused_or_says_something_else_in_the_one_way()
    {
        var encoded = DelegationCodec.Encode(new Delegation(default, 1, default, 2, 3));
        foreach (var changed in Tampering.OneByteChanged(encoded))
        {
            if (DelegationCodec.TryDecode(changed, out var decoded))
                Assert.Equal(changed, DelegationCodec.Encode(decoded!));
        }

        foreach (var cut in Tampering.LengthChanged(encoded))
            Assert.False(DelegationCodec.TryDecode(cut, out _));
    }

    public static TheoryData<string, SegmentRecord> BadRecords => new()
    {
        { "no part", Samples.Record() with { Parts = [] } },
        { "65 parts", Samples.Record() with { Parts = new PartDigest[65] } },
        {
            "part too long",
            Samples.Record() with { Parts = [new(ContentLimits.PartBytes + 1, default)] }
        },
        { "negative part", Samples.Record() with { Parts = [new(-1, default)] } },
        {
            "sequence",
            Samples.Record() with { Id = new SegmentId(1, 1, ContentLimits.LastSequence + 1) }
        },
        { "start", Samples.Record() with { Start = TimeSpan.FromTicks(-1) } },
        { "duration", Samples.Record() with { Duration = TimeSpan.MaxValue } },
        { "time", Samples.Record() with { PublishedAt = -1 } },
        { "initialization", Samples.Record() with { Initialization = -2 } },
        { "offset", Samples.Record() with { OriginOffset = long.MaxValue } },
        { "long text", Samples.Record() with { Tags = new string('x', 70_000) } },
        {
            "above 8 KiB",
            Samples.Record() with { Tags = new string('x', ContentLimits.RecordBytes) }
        },
        { "half a letter", Samples.Record() with { Tags = "\ud800" } },
    };

    [Theory]
    [MemberData(nameof(BadRecords))]
    public void A_record_outside_the_limits_is_not_encoded(string why, SegmentRecord record)
    {
        Assert.NotEmpty(why);
        Assert.ThrowsAny<ArgumentException>(() => RecordCodec.Encode(record));
    }

    public static TheoryData<string, Catalog> BadCatalogs
    {
        get
        {
            var good = Samples.Catalog(default);
            var track = Samples.LiveTrack with { InitializationTrack = 3 };
            return new()
            {
                { "no track", good with { Tracks = [] } },
                {
                    "order",
                    good with { Tracks = [Samples.LiveTrack, Samples.InitializationTrack] }
                },
                { "twice", good with { Tracks = [track, track] } },
                { "lost initialization", good with { Tracks = [Samples.LiveTrack] } },
                { "kind", good with { Kind = (StreamKind)9 } },
                { "expiry", good with { Expires = -1 } },
                { "file name of no file", good with { FileName = "a.mp4" } },
                { "path", good with { Kind = StreamKind.File, FileName = "../a.mp4" } },
                { "parent", good with { Kind = StreamKind.File, FileName = ".." } },
                { "windows path", good with { Kind = StreamKind.File, FileName = "a\\b" } },
                { "terminal", good with { Tracks = [track with { Name = "\u001b[2J" }] } },
                { "track kind", good with { Tracks = [track with { Kind = (TrackKind)9 }] } },
                { "bandwidth", good with { Tracks = [track with { Bandwidth = -1 }] } },
                { "count", good with { Tracks = [track with { SegmentCount = 1 << 25 }] } },
                {
                    "sequence",
                    good with { Tracks = [track with { FirstSequence = ulong.MaxValue }] }
                },
                { "ended without root", good with { Tracks = [track with { Ended = true }] } },
                {
                    "root before the end",
                    good with { Tracks = [track with { RecordsRoot = ReferenceTree.Numbered(1) }] }
                },
                { "above 256 KiB", good with { MasterPlaylist = new string('x', 256 * 1024) } },
            };
        }
    }

    [Theory]
    [MemberData(nameof(BadCatalogs))]
    public void A_catalog_outside_the_limits_is_not_encoded(string why, Catalog catalog)
    {
        Assert.NotEmpty(why);
        Assert.ThrowsAny<ArgumentException>(() => CatalogCodec.Encode(catalog));
    }

    [Fact]
    public void Another_version_or_algorithm_is_not_understood()
    {
        byte[] record = RecordCodec.Encode(Samples.Record());
        byte[] catalog = CatalogCodec.Encode(Samples.Catalog(default));
        for (var i = 0; i < 2; i++)
        {
            record[i]++;
            catalog[i]++;
            Assert.False(RecordCodec.TryDecode(record, out _));
            Assert.False(CatalogCodec.TryDecode(catalog, out _));
            record[i]--;
            catalog[i]--;
        }

        Assert.True(RecordCodec.TryDecode(record, out _));
        Assert.True(CatalogCodec.TryDecode(catalog, out _));
    }

    [Fact]
    public void Records_contradict_each_other_under_one_id_only()
    {
        var record = Samples.Record();
        Assert.False(record.Contradicts(record with { Tags = "" }));
        Assert.True(record.Contradicts(record with { Root = ReferenceTree.Numbered(9) }));
        Assert.False(record.Contradicts(
            Samples.Record(41) with { Root = ReferenceTree.Numbered(9) }));
    }
}
