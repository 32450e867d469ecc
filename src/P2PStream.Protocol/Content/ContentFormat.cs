namespace P2PStream.Protocol;

/// <summary>The versions and algorithms that encodings name.</summary>
internal static class ContentFormat
{
    /// <summary>First byte of every encoding; another one is not understood.</summary>
    public const byte Version = 1;

    /// <summary>SHA-256 trees over 16 KiB blocks.</summary>
    public const byte Sha256Of16KiB = 1;

    /// <summary>Ed25519 keys and signatures (RFC 8032).</summary>
    public const byte Ed25519 = 1;
}
