namespace P2PStream.Transport;

/// <summary>What kind of path a link takes.</summary>
public enum PathClass
{
    /// <summary>Both ends on one host.</summary>
    SameHost,

    /// <summary>Both ends in one local network.</summary>
    Lan,

    /// <summary>Across the Internet, without a relay.</summary>
    Direct,

    /// <summary>Through a relay.</summary>
    Relayed,

    /// <summary>Through an anonymity network: the remote address says nothing.</summary>
    Anonymous,
}
