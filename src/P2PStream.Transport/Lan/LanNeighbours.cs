using System.Net;
using System.Net.NetworkInformation;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>Tells by its address who is on this host's own networks: whose address is local (loopback,
/// link-local, private), or in the subnet of one of this host's.</summary>
/// <param name="time">The clock.</param>
/// <param name="read">The subnets as they are now.</param>
internal sealed class LanNeighbours(TimeProvider time, Func<IReadOnlyList<IPNetwork>> read)
{
    /// <summary>Subnets come and go, but reading them is not cheap: a stranger has them read again, no
    /// more often than this.</summary>
    public static readonly TimeSpan ReadInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private IReadOnlyList<IPNetwork> _subnets = read();
    private long _read = time.GetTimestamp();

    /// <summary>True for an address of a neighbour.</summary>
    public bool Include(IPAddress address)
    {
        if (DhtEndPoint.From(new IPEndPoint(address, 0)).IsLocal) return true;
        lock (_lock)
        {
            if (IsInSubnet(address)) return true;
            if (time.GetElapsedTime(_read) < ReadInterval) return false;
            _read = time.GetTimestamp();
            _subnets = read();
            return IsInSubnet(address);
        }
    }

    /// <summary>The subnets of this host's addresses.</summary>
    public static IReadOnlyList<IPNetwork> Subnets()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(card => card.OperationalStatus == OperationalStatus.Up)
                    .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                    // A prefix of nothing would be everywhere.
                    .Where(unicast => unicast.PrefixLength > 0)
                    .Select(unicast => Subnet(unicast.Address, unicast.PrefixLength)),
            ];
        }
        catch (NetworkInformationException)
        {
            // An interface has gone meanwhile, or the system does not tell.
            return [];
        }
    }

    private static IPNetwork Subnet(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefix; bit < 8 * bytes.Length; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    private bool IsInSubnet(IPAddress address) => _subnets.Any(subnet => subnet.Contains(address));
}
