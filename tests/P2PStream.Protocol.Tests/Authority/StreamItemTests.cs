namespace P2PStream.Protocol.Tests;

/// <summary>The item that the distributed hash table keeps of a stream.</summary>
public sealed class StreamItemTests
{
    private static readonly byte[] Nonce = [.. Enumerable.Range(0, StreamItem.NonceBytes).Select(i => (byte)i)];
    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact]
    public void What_is_sealed_is_opened_by_who_has_the_link()
    {
        var (root, authority) = Make();
        var bytes = StreamItem.Seal(authority, ["10.0.0.1:1000", "[fd00::1]:2000"], Nonce);
        Assert.True(StreamItem.TryOpen(bytes, root, "film", out var item));
        Assert.Equal(authority.Delegation, item.Delegation);
        Assert.Equal(authority.Catalog.Version, item.CatalogVersion);
        Assert.Equal(CatalogCodec.Hash(CatalogCodec.Encode(authority.Catalog)), item.Catalog);
        Assert.Equal(["10.0.0.1:1000", "[fd00::1]:2000"], item.Addresses);
        Assert.False(StreamItem.TryOpen(bytes, root, "another", out _));
    }

    [Fact]
    public void Of_a_stream_with_a_secret_it_is_found_and_opened_by_who_has_that_too()
    {
        var (root, authority) = Make();
        var secret = new StreamSecret(root);
        var bytes = StreamItem.Seal(authority, ["10.0.0.1:1000"], Nonce, secret);
        Assert.True(StreamItem.TryOpen(bytes, root, "film", out var item, secret));
        Assert.Equal(["10.0.0.1:1000"], item.Addresses);
        Assert.False(StreamItem.TryOpen(bytes, root, "film", out _));
        Assert.False(StreamItem.TryOpen(bytes, root, "film", out _, default(StreamSecret)));
        var stream = authority.Delegation.Stream;
        Assert.NotEqual(StreamItem.SaltOf(stream), StreamItem.SaltOf(stream, secret));
    }

    [Fact]
    public void It_has_996_bytes_at_most_whatever_the_addresses()
    {
        var (root, authority) = Make();
        string[] addresses =
        [
            .. Enumerable.Range(1, 20).Select(i => string.Join('.', Enumerable.Repeat(new string('a', 60), 3)) + $":{i}"),
        ];
        var bytes = StreamItem.Seal(authority, addresses, Nonce);
        Assert.InRange(bytes.Length, 500, StreamItem.MaxBytes);
        Assert.True(StreamItem.TryOpen(bytes, root, "film", out var item));
        Assert.Equal(addresses[..item.Addresses.Count], item.Addresses);
        Assert.NotEmpty(item.Addresses);
    }

    [Fact]
    public void No_byte_of_it_can_be_changed()
    {
        var (root, authority) = Make();
        var bytes = StreamItem.Seal(authority, ["10.0.0.1:1000"], Nonce);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.False(StreamItem.TryOpen(bytes, root, "film", out _));
            bytes[i] ^= 1;
            Assert.False(StreamItem.TryOpen(bytes.AsSpan(0, i), root, "film", out _));
        }
    }

    [Fact]
    public void A_root_key_signs_items_of_the_DHT_and_nothing_that_looks_otherwise()
    {
        using var root = RootKey.FromSeed(Seed);
        Assert.Equal(64, root.SignDhtItem("3:seqi1e1:v0:"u8).Length);
        Assert.Equal(64, root.SignDhtItem("4:salt1:s3:seqi1e1:v0:"u8).Length);
        Assert.Throws<ArgumentException>(() => root.SignDhtItem("P2PStream delegation"u8));
    }

    private static (Hash256 Root, VerifiedAuthority Authority) Make()
    {
        using var root = RootKey.FromSeed(Seed);
        using var key = root.Delegate("film", 7, 1000, 2_000_000);
        var catalog = new Catalog
        {
            Stream = root.StreamId("film"),
            Epoch = 7,
            Version = 3,
            Expires = 2_000_000,
            Kind = StreamKind.Live,
            Tracks = [new TrackDescription { Id = 0, Kind = TrackKind.Video, Name = "video" }],
        };
        var status = Protocol.Authority.TryVerify(
            key.Seal(catalog).Encode(), root.PublicKey, "film", 5000, out var authority);
        Assert.Equal(AuthorityStatus.Verified, status);
        return (root.PublicKey, authority!);
    }
}
