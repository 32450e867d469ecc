namespace P2PStream.Transport;

/// <summary>The protocols that share a node's UDP port.</summary>
public enum DatagramKind
{
    /// <summary>The mainline DHT's KRPC (BEP 5): a bencoded dictionary.</summary>
    Dht,

    /// <summary>STUN (RFC 8489).</summary>
    Stun,

    /// <summary>DTLS (RFC 6347, RFC 9147).</summary>
    Dtls,

    /// <summary>µTP (BEP 29).</summary>
    Utp,
}
