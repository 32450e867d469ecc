using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace P2PStream.Transport;

/// <summary>What both ends ask of TLS: mutual, no resumption, 1.3 or else 1.2 with ECDHE and an
/// AEAD.</summary>
internal static class TlsPolicy
{
    /// <summary>Suites allowed under TLS 1.2; those of 1.3 are all fine.</summary>
    private static readonly TlsCipherSuite[] Tls12Suites =
    [
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    private static readonly TlsCipherSuite[] AllSuites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        .. Tls12Suites,
    ];

    public static SslClientAuthenticationOptions Client(
        LinkIdentity identity, SslProtocols protocols) => new()
    {
        // The name is not checked, the key is; an empty name sends no SNI.
        TargetHost = "",
        ClientCertificateContext = identity.Context,
        RemoteCertificateValidationCallback = Accepts,
        EnabledSslProtocols = protocols,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = OfflineChain(),
        CipherSuitesPolicy = Suites(),
    };

    public static SslServerAuthenticationOptions Server(
        LinkIdentity identity, SslProtocols protocols) => new()
    {
        ServerCertificateContext = identity.Context,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = Accepts,
        EnabledSslProtocols = protocols,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = OfflineChain(),
        CipherSuitesPolicy = Suites(),
    };

    /// <summary>The remote's certificate, once the handshake is over; throws for what the callback
    /// cannot see: a resumed session without a certificate, or a suite of TLS 1.2 that is not
    /// allowed.</summary>
    /// <exception cref="AuthenticationException">The handshake does not prove what a link
    /// needs.</exception>
    public static X509Certificate2 RemoteOf(SslStream stream)
    {
        if (!stream.IsMutuallyAuthenticated || stream.RemoteCertificate is not { } remote)
            throw new AuthenticationException("The handshake proved no key of the other end.");
        if (stream.SslProtocol != SslProtocols.Tls13
            && !Tls12Suites.Contains(stream.NegotiatedCipherSuite))
            throw new AuthenticationException("The other end offers no ECDHE suite with an AEAD.");
        return remote as X509Certificate2
            ?? X509CertificateLoader.LoadCertificate(remote.GetRawCertData());
    }

    /// <summary>Any P-256 key will do: who it is, the link's owner decides. No certificate will
    /// not.</summary>
    private static bool Accepts(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is X509Certificate2 remote && LinkIdentity.IsLinkKey(remote);

    private static X509ChainPolicy OfflineChain() => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };

    private static CipherSuitesPolicy? Suites() =>
        OperatingSystem.IsLinux() ? LinuxSuites() : null;

    [SupportedOSPlatform("linux")]
    private static CipherSuitesPolicy LinuxSuites() => new(AllSuites);
}
