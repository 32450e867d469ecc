namespace P2PStream.Protocol;

/// <summary>Names a node on a link: SHA-256 of its certificate's SubjectPublicKeyInfo.</summary>
/// <param name="Value">The digest; zero where the link has no remote key.</param>
public readonly record struct PeerId(Hash256 Value)
{
    /// <summary>The first eight hexadecimal digits, for people.</summary>
    public string ShortName => Value.ToString()[..8];

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
