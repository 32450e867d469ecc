using P2PStream.Protocol.Tests.Content;

namespace P2PStream.Protocol.Tests.Authority;

public sealed class AuthorityMemoryTests
{
    [Fact]
    public void The_highest_epoch_and_version_counts()
    {
        var memory = Memory();
        Assert.Null(memory.Current);
        var first = Of(epoch: 7, version: 2);
        Assert.Equal(AuthorityOrder.Newer, memory.Offer(first));
        Assert.Equal(AuthorityOrder.Same, memory.Offer(Of(epoch: 7, version: 2)));
        Assert.Same(first, memory.Current);
        Assert.Equal(AuthorityOrder.Older, memory.Offer(Of(epoch: 7, version: 1)));
        Assert.Equal(AuthorityOrder.Older, memory.Offer(Of(epoch: 6, version: 99)));
        Assert.Equal(AuthorityOrder.Newer, memory.Offer(Of(epoch: 7, version: 3)));
        var last = Of(epoch: 8, version: 0);
        Assert.Equal(AuthorityOrder.Newer, memory.Offer(last));
        Assert.Equal(AuthorityOrder.Older, memory.Offer(first));
        Assert.Same(last, memory.Current);
    }

    [Fact]
    public void Two_catalogs_under_one_version_are_equivocation()
    {
        var memory = Memory();
        var first = Of(7, 2);
        memory.Offer(first);
        Assert.Equal(AuthorityOrder.Equivocation, memory.Offer(Of(7, 2, master: "other")));
        Assert.Same(first, memory.Current);
    }

    [Fact]
    public void Two_keys_in_one_epoch_are_equivocation_whatever_the_version()
    {
        // The root delegates the same stream and epoch to a second key.
        using var root = Samples.Root();
        using var genuine = Samples.Epoch();
        var secret = Signing.Import(new byte[Signing.SeedBytes]);
        var delegation = genuine.Delegation with { Key = Signing.PublicKeyOf(secret) };
        var encoded = DelegationCodec.Encode(delegation);
        using var rootSecret = Signing.Import([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        var signature = Signing.Sign(
            rootSecret, Domains.DelegationSignature, delegation.Stream,
            DelegationCodec.Hash(encoded));
        using var second = new EpochKey(secret, delegation, encoded, signature);
        var memory = Memory();
        memory.Offer(Of(7, 2));
        var offered = Samples.Verified(second, Samples.Catalog(delegation.Stream, version: 3));
        Assert.Equal(AuthorityOrder.Equivocation, memory.Offer(offered));
    }

    [Fact]
    public void A_prolonged_delegation_is_newer_and_the_shorter_one_older()
    {
        var memory = Memory();
        var first = Of(7, 2);
        memory.Offer(first);
        Assert.Equal(AuthorityOrder.Newer, memory.Offer(Of(7, 2, notAfter: Samples.Now + 2000)));
        Assert.Equal(AuthorityOrder.Older, memory.Offer(first));
    }

    [Fact]
    public void Another_stream_is_our_own_mistake()
    {
        var memory = new AuthorityMemory(new StreamId(ReferenceTree.Numbered(1)));
        Assert.Throws<ArgumentException>(() => memory.Offer(Of(7, 2)));
    }

    private static AuthorityMemory Memory()
    {
        using var root = Samples.Root();
        return new AuthorityMemory(root.StreamId(Samples.Name));
    }

    private static VerifiedAuthority Of(
        uint epoch, uint version, string master = "", long notAfter = Samples.Now + 1000)
    {
        using var key = Samples.Epoch(epoch, notAfter: notAfter);
        var catalog = Samples.Catalog(key.Delegation.Stream, version, epoch);
        return Samples.Verified(key, catalog with { MasterPlaylist = master });
    }
}
