using System.Net;
using System.Net.Sockets;

namespace P2PStream.Swarm;

/// <summary>Where this node is, and how near others are to it. It costs a network nothing to look at its
/// prefixes; a region is the host's to know.</summary>
/// <param name="regionOf">The region of an address, as the host tells; null where nobody can.</param>
internal sealed class Neighbourhood(Func<IPAddress, string?>? regionOf)
{
    private IReadOnlyList<(IPAddress Address, string? Region)> _own = [];

    /// <summary>Learns the addresses of this node; what it was told before holds no more. Those that are not of
    /// the Internet tell nothing.</summary>
    /// <returns>True when it changes what is near.</returns>
    public bool Set(IEnumerable<IPAddress> own)
    {
        IPAddress[] told = [.. own.Where(IsGlobal).Distinct()];
        if (told.SequenceEqual(_own.Select(known => known.Address))) return false;
        _own = [.. told.Select(address => (address, regionOf?.Invoke(address)))];
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
        regionOf is not null && _own.Any(static known => known.Region is not null)
        && regionOf(address) is { } region && _own.Any(known => known.Region == region);

    private static bool IsGlobal(IPAddress address) =>
        AddressScope.Of(new IPEndPoint(address, 1).ToString()).Kind == AddressKind.Global;

    private static int SharedBytes(IPAddress one, IPAddress other)
    {
        if (one.AddressFamily != other.AddressFamily) return 0;
        Span<byte> first = stackalloc byte[16], second = stackalloc byte[16];
        one.TryWriteBytes(first, out var length);
        other.TryWriteBytes(second, out _);
        return first[..length].CommonPrefixLength(second[..length]);
    }
}
