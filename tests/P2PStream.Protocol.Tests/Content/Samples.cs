namespace P2PStream.Protocol.Tests.Content;

/// <summary>Keys from fixed seeds and content made of numbers: the same in every run.</summary>
internal static class Samples
{
    public const string Name = "Füllhorn live/1";
    public const long Now = 1_800_000_000;

    public static RootKey Root(byte seed = 1) =>
        RootKey.FromSeed([.. Enumerable.Range(seed, RootKey.SeedBytes).Select(i => (byte)i)]);

    public static EpochKey Epoch(
        uint epoch = 7, byte seed = 1, string name = Name, long notAfter = Now + 1000)
    {
        using var root = Root(seed);
        return root.Delegate(name, epoch, Now - 1000, notAfter);
    }

    public static SegmentRecord Record(
        ulong sequence = 40, ushort track = 3, uint epoch = 7, int parts = 2)
    {
        PartDigest[] digests =
        [
            .. Enumerable.Range(0, parts).Select(i =>
                new PartDigest(i * 20_000, ReferenceTree.Numbered(i))),
        ];
        return new SegmentRecord
        {
            Id = new SegmentId(epoch, track, sequence),
            Root = ContentTree.SegmentRoot(digests),
            Parts = digests,
            Start = TimeSpan.FromSeconds(sequence % 1000 * 2),
            Duration = TimeSpan.FromMilliseconds(2002),
            Tags = "#EXT-X-DISCONTINUITY\n#EXTINF:2.002,Überschrift",
            OriginUri = $"video/segment {sequence}.m4s",
            OriginOffset = 5000,
            Initialization = 0,
            PublishedAt = Now * 1000,
        };
    }

    public static Catalog Catalog(
        StreamId stream, uint version = 2, uint epoch = 7,
        params TrackDescription[] tracks) => new()
    {
        Stream = stream,
        Epoch = epoch,
        Version = version,
        Expires = Now + 500,
        Kind = StreamKind.Event,
        MasterPlaylist = "#EXTM3U\n{3}\n",
        Origin = "https://origin.example/show/",
        OriginTrusted = true,
        Tracks = tracks.Length > 0 ? tracks : [InitializationTrack, LiveTrack],
    };

    public static TrackDescription InitializationTrack { get; } = new()
    {
        Id = 1,
        Kind = TrackKind.Initialization,
        Name = "init",
        InitializationTrack = 1,
        SegmentCount = 1,
    };

    public static TrackDescription LiveTrack { get; } = new()
    {
        Id = 3,
        Kind = TrackKind.Video,
        Name = "720p",
        Bandwidth = 2_500_000,
        InitializationTrack = 1,
        PlaylistHeader = "#EXT-X-TARGETDURATION:2\n",
        OriginUri = "video/index.m3u8",
        FirstSequence = 30,
        SegmentCount = 11,
    };

    /// <summary>The track of <see cref="LiveTrack"/> when it has ended with these
    /// records.</summary>
    public static TrackDescription EndedTrack(IReadOnlyList<byte[]> records) => LiveTrack with
    {
        SegmentCount = (ulong)records.Count,
        Ended = true,
        RecordsRoot = new RecordTree([.. records.Select(record => RecordCodec.Hash(record))]).Root,
    };

    public static byte[][] EncodedRecords(
        ulong first, int count, ushort track = 3, uint epoch = 7) =>
        [.. Enumerable.Range(0, count).Select(i =>
            RecordCodec.Encode(Record(first + (ulong)i, track, epoch)))];

    public static VerifiedAuthority Verified(
        EpochKey key, Catalog catalog, byte seed = 1, string name = Name)
    {
        using var root = Root(seed);
        var status = Protocol.Authority.TryVerify(
            key.Seal(catalog).Encode(), root.PublicKey, name, Now, out var verified);
        Assert.Equal(AuthorityStatus.Verified, status);
        return verified!;
    }
}
