namespace P2PStream.Swarm;

/// <summary>How near an address seems to be; the nearer are dialled first.</summary>
public enum PeerProximity
{
    /// <summary>This host.</summary>
    SameHost,

    /// <summary>A local network: RFC 1918, 3927, 4193 and 6598.</summary>
    SameLan,

    /// <summary>The same /24 of IPv4 or /48 of IPv6 as an address of this node: most often one site or
    /// quarter.</summary>
    SameSite,

    /// <summary>The same /16 of IPv4 or /32 of IPv6: most often one provider.</summary>
    SameProvider,

    /// <summary>The same region, where the host can tell: see <see cref="SwarmOptions.RegionOf"/>.</summary>
    SameRegion,

    /// <summary>Anywhere else, or no IP address.</summary>
    Elsewhere,
}
