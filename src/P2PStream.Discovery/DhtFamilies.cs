namespace P2PStream.Discovery;

/// <summary>Address families of the DHT, which are two networks (BEP 32).</summary>
[Flags]
public enum DhtFamilies
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>IPv4.</summary>
    IPv4 = 1,

    /// <summary>IPv6.</summary>
    IPv6 = 2,

    /// <summary>A dual stack.</summary>
    Both = IPv4 | IPv6,
}
