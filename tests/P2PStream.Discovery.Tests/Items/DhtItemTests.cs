using System.Text;

namespace P2PStream.Discovery.Tests;

public sealed class DhtItemTests
{
    /// <summary>The key of BEP 44's test vectors.</summary>
    private static readonly byte[] Key = Convert.FromHexString(
        "77ff84905a91936367c01360803104f92432fcd904a43511876df5cdf3e7e548");

    private static readonly byte[] Value = "12:Hello World!"u8.ToArray();
    private static readonly byte[] Seed = new byte[DhtItem.SeedBytes];

    [Theory]
    [InlineData("", "3:seqi1e1:v12:Hello World!", "4a533d47ec9c7d95b1ad75f576cffc641853b750",
        "305ac8aeb6c9c151fa120f120ea2cfb923564e11552d06a5d856091e5e853cff"
        + "1260d3f39e4999684aa92eb73ffd136e6f4f3ecbfda0ce53a1608ecd7ae21f01")]
    [InlineData("foobar", "4:salt6:foobar3:seqi1e1:v12:Hello World!",
        "411eba73b6f087ca51a3795d9c8c938d365e32c1",
        "6834284b6b24c3204eb2fea824d82f88883a3d95e8b4a21b8c0ded553d17d17d"
        + "df9a8a7104b1258f30bed3787e6cb896fca78c58f8e03b5f18f14951a87d9a08")]
    public void The_mutable_vectors_of_BEP_44(
        string salt, string message, string target, string signature)
    {
        var saltBytes = Encoding.ASCII.GetBytes(salt);
        var buffer = new byte[DhtItem.MaxSignedBytes];
        var length = DhtItem.WriteSigned(saltBytes, 1, Value, buffer);
        Assert.Equal(message, Encoding.ASCII.GetString(buffer, 0, length));
        Assert.Equal(target, DhtItem.TargetOf(Key, saltBytes).ToString());
        var bytes = Convert.FromHexString(signature);
        Assert.True(DhtItem.TryVerify(Key, saltBytes, 1, Value, bytes, out var item));
        Assert.Equal(target, item.Target.ToString());
        Assert.True(item.IsMutable);
        Assert.Equal(1, item.Sequence);
        Assert.False(DhtItem.TryVerify(Key, saltBytes, 2, Value, bytes, out _));
        Assert.False(DhtItem.TryVerify(Key, "x"u8, 1, Value, bytes, out _));
        Assert.False(DhtItem.TryVerify(Key, saltBytes, 1, "12:Hello World?"u8, bytes, out _));
    }

    [Fact]
    public void The_immutable_vector_of_BEP_44()
    {
        var item = DhtItem.Immutable(Value);
        Assert.Equal("e5f96f6f38320f0f33959cb4d3d656452117aadb", item.Target.ToString());
        Assert.False(item.IsMutable);
        Assert.Equal(Value, item.Value.ToArray());
    }

    [Fact]
    public void What_is_signed_here_verifies_elsewhere()
    {
        var item = DhtItem.Sign(Seed, "salt"u8, 7, "i42e"u8);
        Assert.True(DhtItem.TryVerify(
            item.PublicKey.Span, "salt"u8, 7, "i42e"u8, item.Signature.Span, out var same));
        Assert.Equal(item.Target, same.Target);
        Assert.Equal(DhtItem.TargetOf(item.PublicKey.Span, "salt"u8), item.Target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("i1ei2e")]
    [InlineData("i01e")]
    [InlineData("i-0e")]
    [InlineData("02:ab")]
    [InlineData("d1:bi1e1:ai2ee")]
    [InlineData("d1:ai1e1:ai2ee")]
    [InlineData("ld1:ci1e1:bi2eee")]
    [InlineData("di1ei2ee")]
    [InlineData("l")]
    [InlineData("llllllllllllllllleeeeeeeeeeeeeeeee")]
    public void Only_canonical_bencoding_is_a_value(string value)
    {
        var bytes = Encoding.ASCII.GetBytes(value);
        Assert.Throws<ArgumentException>(() => DhtItem.Immutable(bytes));
        Assert.False(DhtItem.TryVerify(Key, [], 1, bytes, new byte[64], out _));
    }

    [Theory]
    [InlineData("le")]
    [InlineData("de")]
    [InlineData("d0:i1e1:ali2eee")]
    [InlineData("d1:ad1:bi1ee1:bi-5ee")]
    [InlineData("lllllllllllllllleeeeeeeeeeeeeeee")]
    public void Canonical_bencoding_of_any_kind_is_a_value(string value) =>
        Assert.Equal(value.Length, DhtItem.Immutable(Encoding.ASCII.GetBytes(value)).Value.Length);

    [Fact]
    public void Sizes_end_where_BEP_44_says()
    {
        Assert.Equal(1000, DhtItem.Immutable(ValueOf(1000)).Value.Length);
        Assert.Throws<ArgumentException>(() => DhtItem.Immutable(ValueOf(1001)));
        Assert.Equal(64, DhtItem.Sign(Seed, new byte[64], 1, Value).Salt.Length);
        Assert.Throws<ArgumentException>(() => DhtItem.Sign(Seed, new byte[65], 1, Value));
        Assert.Throws<ArgumentException>(
            () => new RawNode().Node.GetItem(default, new byte[65], default));
        Assert.Throws<ArgumentException>(() => DhtItem.Sign(new byte[31], [], 1, Value));
        Assert.Throws<ArgumentOutOfRangeException>(() => DhtItem.Sign(Seed, [], -1, Value));
        var signed = new byte[DhtItem.MaxSignedBytes];
        var length = DhtItem.WriteSigned(new byte[64], long.MaxValue, ValueOf(1000), signed);
        Assert.InRange(length, 1090, DhtItem.MaxSignedBytes);
    }

    [Fact]
    public void An_item_can_name_an_info_hash()
    {
        var infoHash = InfoHash.FromStream("a stream"u8);
        var item = DhtItem.Sign(Seed, [], 1, DhtItem.ValueOf(infoHash));
        Assert.True(item.TryGetInfoHash(out var found));
        Assert.Equal(infoHash, found);
        Assert.StartsWith("d2:ih20:", Encoding.Latin1.GetString(item.Value.Span));
        foreach (var other in new[] { "de", "i1e", "d2:ih3:abce", "d2:ihi1ee" })
        {
            Assert.False(
                DhtItem.Immutable(Encoding.ASCII.GetBytes(other)).TryGetInfoHash(out _), other);
        }

        var more = DhtItem.Immutable(
            Encoding.ASCII.GetBytes("d1:ai1e2:ih20:abcdefghij01234567891:zlee"));
        Assert.True(more.TryGetInfoHash(out found));
        Assert.Equal(new InfoHash("abcdefghij0123456789"u8), found);
    }

    private static byte[] ValueOf(int length) =>
        Encoding.ASCII.GetBytes($"{length - 4}:" + new string('x', length - 4));
}
