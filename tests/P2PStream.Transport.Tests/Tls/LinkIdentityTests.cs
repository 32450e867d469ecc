using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

public sealed class LinkIdentityTests
{
    [Fact]
    public void Each_is_another()
    {
        using var one = LinkIdentity.Create();
        using var other = LinkIdentity.Create();
        Assert.NotEqual(one.Id, other.Id);
    }

    [Fact]
    public void Its_name_is_the_digest_of_its_public_key()
    {
        using var identity = LinkIdentity.Create();
        var info = identity.Certificate.GetECDsaPublicKey()!.ExportSubjectPublicKeyInfo();
        Assert.Equal(new PeerId(new Hash256(SHA256.HashData(info))), identity.Id);
    }

    [Fact]
    public void Import_is_the_same_node()
    {
        using var identity = LinkIdentity.Create();
        using var again = LinkIdentity.Import(identity.Export());
        Assert.Equal(identity.Id, again.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void What_is_no_key_is_refused(string pem) =>
        Assert.Throws<CryptographicException>(() => LinkIdentity.Import(pem));

    [Fact]
    public void Another_curve_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<CryptographicException>(() =>
            LinkIdentity.Import(key.ExportPkcs8PrivateKeyPem()));
    }

    [Fact]
    public void A_public_key_alone_is_refused()
    {
        using var identity = LinkIdentity.Create();
        var pem = identity.Certificate.GetECDsaPublicKey()!.ExportSubjectPublicKeyInfoPem();
        Assert.Throws<CryptographicException>(() => LinkIdentity.Import(pem));
    }
}
