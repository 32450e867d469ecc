namespace P2PStream.Transport;

/// <summary>Where a node listens: a transport's tag and bytes that only that transport reads.
/// Unknown tags are passed on to other peers, never dialled.</summary>
/// <param name="Tag">The transport: <c>tcp</c>, <c>tcp-plain</c>, <c>memory</c>, or another's own; 1 to 16 ASCII
/// characters.</param>
/// <param name="Value">The transport's own text, such as <c>203.0.113.7:6881</c>; 1 to 255
/// characters.</param>
public readonly record struct TransportAddress(string Tag, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Tag}/{Value}";
}
