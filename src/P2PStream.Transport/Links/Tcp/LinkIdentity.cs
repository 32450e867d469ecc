using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// The key that a node proves on its links: P-256 with a self-signed certificate. A viewer makes a
/// fresh one per process; an edge node may keep its own in PEM. Owns the key and the certificate.
/// </summary>
public sealed class LinkIdentity : IDisposable
{
    /// <summary>"No well-defined expiration date" (RFC 5280 section 4.1.2.5): the key is what
    /// counts, and a wrong clock must not keep a viewer out.</summary>
    private static readonly DateTimeOffset NotAfter = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>The same for every node, so that it tells nothing about one.</summary>
    private static readonly DateTimeOffset NotBefore = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key;

    private LinkIdentity(ECDsa key)
    {
        _key = key;
        Certificate = SelfSign(key);
        Id = IdOf(Certificate);

        // Offline: building a chain must never touch the network.
        Context = SslStreamCertificateContext.Create(Certificate, null, offline: true);
    }

    /// <summary>SHA-256 of the certificate's SubjectPublicKeyInfo.</summary>
    public PeerId Id { get; }

    /// <summary>The certificate with its private key; owned by this object.</summary>
    public X509Certificate2 Certificate { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Makes a new key.</summary>
    public static LinkIdentity Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a key from PEM.</summary>
    /// <param name="pem">An unencrypted private key in PKCS#8 or SEC 1 form.</param>
    /// <exception cref="CryptographicException">It is no P-256 private key.</exception>
    public static LinkIdentity Import(ReadOnlySpan<char> pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            var parameters = key.ExportParameters(includePrivateParameters: true);
            CryptographicOperations.ZeroMemory(parameters.D);
            if (parameters.Curve.Oid.Value != P256)
                throw new CryptographicException("Another curve.");
            return new LinkIdentity(key);
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new CryptographicException("This is no P-256 private key in PEM.", error);
        }
    }

    /// <summary>The private key in PKCS#8 PEM, unencrypted: whoever reads it can be this
    /// node.</summary>
    public string Export() => _key.ExportPkcs8PrivateKeyPem();

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    /// <summary>The identity behind a certificate.</summary>
    internal static PeerId IdOf(X509Certificate2 certificate) =>
        new(new Hash256(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())));

    /// <summary>True when the certificate's key is on P-256: other algorithms are refused before
    /// they cost anything.</summary>
    internal static bool IsLinkKey(X509Certificate2 certificate) =>
        certificate.PublicKey.Oid.Value == EcPublicKey

            && certificate.PublicKey.EncodedParameters is { } parameters
        && parameters.RawData.AsSpan().SequenceEqual(P256Encoded);

    private const string EcPublicKey = "1.2.840.10045.2.1";

    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary><see cref="P256"/> in DER.</summary>
    private static ReadOnlySpan<byte> P256Encoded =>
        [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private static X509Certificate2 SelfSign(ECDsa key)
    {
        var request = new CertificateRequest("CN=p2pstream", key, HashAlgorithmName.SHA256);
        var certificate = request.CreateSelfSigned(NotBefore, NotAfter);
        if (!OperatingSystem.IsWindows()) return certificate;

        // SChannel cannot use a key that exists in memory only.
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
