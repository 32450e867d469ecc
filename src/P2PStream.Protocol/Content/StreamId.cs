namespace P2PStream.Protocol;

/// <summary>Names a stream: SHA-256 over a domain string, the publisher's root key and the stream's name.</summary>
/// <param name="Value">The digest.</param>
public readonly record struct StreamId(Hash256 Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
