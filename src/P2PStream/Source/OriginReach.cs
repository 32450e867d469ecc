namespace P2PStream;

/// <summary>Where a fetch from an origin may connect to.</summary>
public enum OriginReach
{
    /// <summary>The public internet only: a stream's publisher names the host, and must not make its viewers
    /// knock at doors inside their own networks. Loopback, private, link-local and other special
    /// addresses are refused, whatever name leads to them.</summary>
    PublicOnly,

    /// <summary>Any address: whoever watches, or the host application, named this host.</summary>
    Anywhere,
}
