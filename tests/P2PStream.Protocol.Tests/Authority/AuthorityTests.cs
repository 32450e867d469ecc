using P2PStream.Protocol.Tests.Content;

namespace P2PStream.Protocol.Tests.Authority;

public sealed class AuthorityTests : IDisposable
{
    private readonly RootKey _root = Samples.Root();
    private readonly EpochKey _key = Samples.Epoch();

    public void Dispose()
    {
        _key.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void A_sealed_catalog_verifies()
    {
        var encoded = Sealed();
        Assert.Equal(AuthorityStatus.Verified, Verify(encoded, out var verified));
        Assert.Equal(_key.Delegation, verified!.Delegation);
        Assert.Equal(Samples.LiveTrack, verified.FindTrack(3));
        Assert.Null(verified.FindTrack(2));
        Assert.Equal(encoded, verified.Encoded.ToArray());
    }

    [Fact]
    public void No_changed_byte_verifies()
    {
        var encoded = Sealed();
        foreach (var changed in Tampering.OneByteChanged(encoded))
            Assert.NotEqual(AuthorityStatus.Verified, Verify(changed, out _));
        foreach (var cut in Tampering.LengthChanged(encoded))
            Assert.Equal(AuthorityStatus.Malformed, Verify(cut, out _));
    }

    [Fact]
    public void Another_root_key_or_name_is_another_stream()
    {
        using var other = Samples.Root(2);
        Assert.Equal(AuthorityStatus.OtherStream, Protocol.Authority.TryVerify(
            Sealed(), other.PublicKey, Samples.Name, Samples.Now, out _));
        Assert.Equal(AuthorityStatus.OtherStream, Protocol.Authority.TryVerify(
            Sealed(), _root.PublicKey, "another", Samples.Now, out _));
    }

    [Fact]
    public void A_delegation_that_another_root_signed_is_forged()
    {
        // The forger names the victim's stream, but has only its own root key.
        using var forger = Samples.Epoch(seed: 2);
        var forged = DelegationCodec.Encode(
            forger.Delegation with { Stream = _key.Delegation.Stream });
        var genuine = Decode(Sealed());
        var encoded = (genuine with
        {
            Delegation = forged, DelegationSignature = forger.DelegationSignature.ToArray(),
        }).Encode();
        Assert.Equal(AuthorityStatus.DelegationForged, Verify(encoded, out _));
    }

    [Fact]
    public void A_catalog_that_another_key_signed_is_forged()
    {
        var genuine = Decode(Sealed());
        using var older = Samples.Epoch(epoch: 6);
        var signature = older.SignCatalog(genuine.Catalog);
        var encoded = (genuine with { CatalogSignature = signature }).Encode();
        Assert.Equal(AuthorityStatus.CatalogForged, Verify(encoded, out _));
    }

    [Fact]
    public void A_catalog_of_another_epoch_is_forged_even_when_signed()
    {
        var genuine = Decode(Sealed());
        var catalog = CatalogCodec.Encode(Samples.Catalog(_key.Delegation.Stream, epoch: 8));
        var encoded = (genuine with
        {
            Catalog = catalog, CatalogSignature = _key.SignCatalog(catalog),
        }).Encode();
        Assert.Equal(AuthorityStatus.CatalogForged, Verify(encoded, out _));
    }

    [Fact]
    public void A_signature_of_a_record_does_not_pass_for_one_of_a_catalog()
    {
        var genuine = Decode(Sealed());
        var signature = _key.SignRecord(genuine.Catalog);
        var encoded = (genuine with { CatalogSignature = signature }).Encode();
        Assert.Equal(AuthorityStatus.CatalogForged, Verify(encoded, out _));
    }

    [Theory]
    [InlineData(Samples.Now - 1000 - 301, AuthorityStatus.NotYetValid)]
    [InlineData(Samples.Now - 1000 - 300, AuthorityStatus.Verified)]
    [InlineData(Samples.Now + 500 + 300, AuthorityStatus.Verified)]
    [InlineData(Samples.Now + 500 + 301, AuthorityStatus.Expired)]
    [InlineData(0, AuthorityStatus.NotYetValid)]
    [InlineData(ContentLimits.LastUnixSecond, AuthorityStatus.Expired)]
    public void It_holds_for_its_time_within_the_tolerance(long now, AuthorityStatus expected) =>
        Assert.Equal(expected, Protocol.Authority.TryVerify(
            Sealed(), _root.PublicKey, Samples.Name, now, out _));

    [Fact]
    public void A_delegation_ends_before_its_catalog()
    {
        using var key = Samples.Epoch(notAfter: Samples.Now - 500);
        var encoded = key.Seal(Samples.Catalog(key.Delegation.Stream)).Encode();
        Assert.Equal(AuthorityStatus.Expired, Verify(encoded, out _));
    }

    [Fact]
    public void A_key_does_not_seal_what_is_not_its_own()
    {
        Assert.Throws<ArgumentException>(() => _key.Seal(Samples.Catalog(default)));
        Assert.Throws<ArgumentException>(
            () => _key.Seal(Samples.Catalog(_key.Delegation.Stream, epoch: 6)));
    }

    [Fact]
    public void The_encoding_comes_back()
    {
        var encoded = Sealed();
        Assert.Equal(encoded, Decode(encoded).Encode());
    }

    private static Protocol.Authority Decode(byte[] encoded)
    {
        Assert.True(Protocol.Authority.TryDecode(encoded, out var authority));
        return authority!;
    }

    private byte[] Sealed() => _key.Seal(Samples.Catalog(_key.Delegation.Stream)).Encode();

    private AuthorityStatus Verify(byte[] encoded, out VerifiedAuthority? verified)
    {
        var status = Protocol.Authority.TryVerify(
            encoded, _root.PublicKey, Samples.Name, Samples.Now, out verified);
        Assert.Equal(status == AuthorityStatus.Verified, verified is not null);
        return status;
    }
}
