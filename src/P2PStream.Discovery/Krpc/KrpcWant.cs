namespace P2PStream.Discovery;

/// <summary>Whose nodes a query wants: the key <c>want</c> (BEP 32).</summary>
[Flags]
internal enum KrpcWant : byte
{
    /// <summary>It does not say: those of its own family.</summary>
    None,

    /// <summary><c>n4</c>.</summary>
    IPv4,

    /// <summary><c>n6</c>.</summary>
    IPv6,
}
