using System.Net;
using System.Net.Sockets;

namespace P2PStream.Swarm;

/// <summary>Where this node is, and how near others are to it. It costs a network nothing to look at its
/// prefixes; a region is the host's to know.</summary>
/// <param name="regionOf">The region of an address, as the host tells; null where nobody can.</param>
internal sealed class Neighbourhood(Func<IPAddress, string?>? regionOf)
{
    /// <summary>Addresses of its own that are remembered: one of each family, and what they were before.</summary>
    private const int MostOwn = 4;

    private readonly List<(IPAddress Address, string? Region)> _own = [];

    /// <summary>Learns an address of this node; true when it changes what is near. Those that are not of the
    /// Internet tell nothing.</summary>
    public bool Add(IPAddress own)
    {
        if (AddressScope.Of(new IPEndPoint(own, 1).ToString()).Kind != AddressKind.Global) return false;
        if (_own.Exists(known => known.Address.Equals(own))) return false;
        if (_own.Count == MostOwn) _own.RemoveAt(0);
        _own.Add((own, regionOf?.Invoke(own)));
        return true;
    }

    public PeerProximity Of(DialAddress address)
    {
        switch (AddressScope.Of(address.Value).Kind)
        {
            case AddressKind.Loopback: return PeerProximity.SameHost;
            case AddressKind.Private: return PeerProximity.SameLan;
            case AddressKind.Global when _own.Count > 0
                && IPEndPoint.TryParse(address.Value, out var endPoint): return Of(endPoint.Address);
            default: return PeerProximity.Elsewhere;
        }
    }

    private PeerProximity Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var nearest = PeerProximity.Elsewhere;
        foreach (var (own, _) in _own)
        {
            var shared = SharedBytes(own, address);
            var (site, provider) = own.AddressFamily == AddressFamily.InterNetwork
                ? (3, 2)
                : (6, 4);
            if (shared >= site) return PeerProximity.SameSite;
            if (shared >= provider) nearest = PeerProximity.SameProvider;
        }

        return nearest == PeerProximity.Elsewhere && IsInRegion(address)
            ? PeerProximity.SameRegion
            : nearest;
    }

    private bool IsInRegion(IPAddress address) =>
        regionOf is not null && _own.Exists(static known => known.Region is not null)
        && regionOf(address) is { } region && _own.Exists(known => known.Region == region);

    private static int SharedBytes(IPAddress one, IPAddress other)
    {
        if (one.AddressFamily != other.AddressFamily) return 0;
        Span<byte> first = stackalloc byte[16], second = stackalloc byte[16];
        one.TryWriteBytes(first, out var length);
        other.TryWriteBytes(second, out _);
        return first[..length].CommonPrefixLength(second[..length]);
    }
}
