using System.Text;

namespace P2PStream.Discovery.Tests;

public sealed class ItemStoreTests
{
    private static readonly KademliaOptions Options = new()
    {
        MaxItems = 6,
        MaxItemsPerAddress = 3,
        MaxItemBytes = 5000,
    };

    private static readonly NodeId Self = new(new byte[NodeId.Size]);
    private static readonly byte[] Seed = new byte[DhtItem.SeedBytes];

    private readonly ItemStore _store = new(Options);

    [Fact]
    public void An_item_is_kept_for_two_hours_and_longer_when_put_again()
    {
        var item = Signed(1);
        Assert.Equal(0, Put(item));
        Assert.Equal(0, Put(item, from: 2, now: TimeSpan.FromHours(1)));
        Assert.NotNull(_store.Find(item.Target, TimeSpan.FromHours(2.9)));
        Assert.Null(_store.Find(item.Target, TimeSpan.FromHours(3)));
        _store.Sweep(TimeSpan.FromHours(3));
        Assert.Equal((0, 0), (_store.Count, _store.Bytes));
    }

    [Fact]
    public void The_newest_version_stays()
    {
        Assert.Equal(0, Put(Signed(5, "i5e")));
        Assert.Equal(302, Put(Signed(4, "i4e")));
        Assert.Equal(302, Put(Signed(5, "i6e")));
        Assert.Equal(0, Put(Signed(5, "i5e")));
        Assert.Equal(0, Put(Signed(6, "i6e")));
        Assert.Equal("i6e"u8, _store.Find(Signed(5).Target, default)!.Value);
        Assert.Equal(1, _store.Count);
    }

    [Fact]
    public void Compare_and_swap_replaces_the_named_version_only()
    {
        Assert.Equal(0, Put(Signed(5), cas: 99));
        Assert.Equal(301, Put(Signed(6, "i6e"), cas: 4));
        Assert.Equal(0, Put(Signed(6, "i6e"), cas: 5));
        Assert.Equal(KrpcError.CasMismatch,
            _store.Put(Signed(7, "i7e"), 5, Self, Hosts.Public(1), default).Code);
        // The same put once more, its answer having been lost.
        Assert.Equal(0, Put(Signed(6, "i6e"), cas: 5));
        Assert.Equal(302, Put(Signed(5), cas: 6));
    }

    [Fact]
    public void What_is_too_large_or_wrongly_signed_is_told_so()
    {
        var item = Signed(1);
        Assert.Equal(205, Put(item, value: Encoding.ASCII.GetBytes("997:" + new string('x', 997))));
        Assert.Equal(206, Put(item, value: "i2e"u8.ToArray()));
        Assert.Equal(206, Put(item, signature: new byte[64]));
        Assert.Equal(206, Put(item, signature: new byte[63]));
        Assert.Equal(207, Put(item, salt: new byte[65]));
        Assert.Equal(203, Put(item, value: "d1:bi1e1:ai2ee"u8.ToArray()));
        Assert.Equal(203, Put(item, value: []));
        Assert.Equal(203, Put(item, key: new byte[31]));
        Assert.Equal(0, _store.Count);
        Assert.Equal(0, Put(item));
        Assert.Equal(206, Put(Signed(2), signature: new byte[64]));
    }

    [Fact]
    public void An_address_has_a_limit_but_a_local_one_has_not()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(0, Put(Plain(i), from: 1));
        Assert.Equal(202, Put(Plain(3), from: 1));
        Assert.Equal(0, Put(Plain(0), from: 1));
        for (var i = 4; i < 7; i++) Assert.Equal(0, Put(Plain(i), Hosts.Loopback(1)));
        _store.Sweep(TimeSpan.FromHours(2));
        Assert.Equal(0, Put(Plain(3), from: 1, now: TimeSpan.FromHours(2)));
    }

    [Fact]
    public void One_48_is_one_keeper()
    {
        for (var i = 0; i < 4; i++)
            Assert.Equal(i < 3 ? 0 : 202, Put(Plain(i), Hosts.At($"2001:db8:0:{i}::1")));
        Assert.Equal(0, Put(Plain(4), Hosts.At("2001:db8:1::1")));
    }

    [Fact]
    public void Of_too_many_those_nearest_to_ourselves_stay()
    {
        var items = Enumerable.Range(0, 40).Select(Plain).ToList();
        for (var i = 0; i < items.Count; i++) Put(items[i], from: i);
        Assert.Equal(6, _store.Count);
        var nearest = items.OrderBy(item => item.Target ^ Self).Take(6);
        Assert.All(nearest, item => Assert.NotNull(_store.Find(item.Target, default)));
    }

    [Fact]
    public void Bytes_have_a_limit()
    {
        for (var i = 0; i < 30; i++) Put(Large(i), from: i);
        Assert.Equal(3, _store.Count);
        Assert.InRange(_store.Bytes, 3000, Options.MaxItemBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_item_that_grows_stays_within_the_limit(bool isNearest)
    {
        var (first, second) = (Signed(1), Signed(2, "996:" + new string('x', 996)));
        var self = isNearest ? first.Target : Farthest(first.Target);
        Assert.Equal(0, (int)_store.Put(first, null, self, Hosts.Public(50), default).Code);
        for (var i = 0; i < 3; i++)
            Assert.Equal(0, (int)_store.Put(Large(i), null, self, Hosts.Public(i), default).Code);
        Assert.Equal(4, _store.Count);
        var refusal = _store.Put(second, null, self, Hosts.Public(50), default);
        Assert.InRange(_store.Bytes, 3000, Options.MaxItemBytes);
        // The nearest takes the place of another, the farthest stays what it was.
        Assert.Equal(isNearest ? 0 : 202, (int)refusal.Code);
        Assert.Equal(isNearest ? 3 : 4, _store.Count);
        Assert.Equal(isNearest ? 2 : 1, _store.Find(first.Target, default)!.Sequence);
    }

    [Fact]
    public void Nothing_gives_way_to_an_item_that_is_refused_all_the_same()
    {
        // Nearest to farthest: three large ones, a newcomer as large, a small one.
        var large = Enumerable.Range(0, 200).Select(Large).ToList();
        var small = Plain(1);
        var nearer = large.Where(item => item.Target.IsCloserThan(small.Target, Self))
            .OrderBy(item => item.Target ^ Self).Take(4).ToList();
        Assert.Equal(4, nearer.Count);
        Assert.Equal(0, Put(small, from: 50));
        for (var i = 0; i < 3; i++) Assert.Equal(0, Put(nearer[i], from: i));
        Assert.Equal(202, Put(nearer[3], from: 3));
        Assert.NotNull(_store.Find(small.Target, default));
    }

    private int Put(DhtItem item, int from = 1, TimeSpan now = default, long? cas = null,
        byte[]? value = null, byte[]? signature = null, byte[]? salt = null, byte[]? key = null)
    {
        var message = new KrpcMessage
        {
            Value = value ?? item.Value.Span,
            PublicKey = key ?? item.PublicKey.Span,
            Signature = signature ?? item.Signature.Span,
            Salt = salt ?? item.Salt.Span,
            Sequence = item.IsMutable ? item.Sequence : null,
            Cas = cas,
        };
        return (int)_store.Put(message, Self, Hosts.Public(from), now).Code;
    }

    private int Put(DhtItem item, DhtEndPoint from)
    {
        var message = new KrpcMessage { Value = item.Value.Span };
        return (int)_store.Put(message, Self, from, default).Code;
    }

    private static DhtItem Signed(long sequence, string value = "i1e") =>
        DhtItem.Sign(Seed, "s"u8, sequence, Encoding.ASCII.GetBytes(value));

    private static DhtItem Large(int number) => DhtItem.Immutable(
        Encoding.ASCII.GetBytes($"996:{number:D3}" + new string('x', 993)));

    private static NodeId Farthest(NodeId target) =>
        new([.. target.ToArray().Select(part => (byte)~part)]);

    private static DhtItem Plain(int number) =>
        DhtItem.Immutable(Encoding.ASCII.GetBytes($"i{number}e"));
}
