namespace P2PStream.Swarm;

/// <summary>
/// Which links a node keeps: how many in all and from one neighbourhood, which one gives way to a newcomer,
/// and which has been of no use for too long. Owns what is known of each, not the links.
/// </summary>
/// <remarks>A newcomer displaces only a link that is of no use now: who floods a node with links cannot
/// push out those that carry a stream.</remarks>
public sealed class LinkAdmission
{
    /// <summary>Links at once, unless the node says otherwise.</summary>
    public const int MostLinks = 512;

    /// <summary>Links with one IPv4 /24 or IPv6 /64 on the Internet.</summary>
    public const int MostPerNeighbourhood = 16;

    /// <summary>Links with this host, or with one /24 or /64 of a local network: its nodes are near and many.</summary>
    public const int MostPerLocalNeighbourhood = 256;

    /// <summary>A link without a channel for so long is closed.</summary>
    public static readonly TimeSpan ChannelPatience = TimeSpan.FromSeconds(15);

    /// <summary>A link gives way to no newcomer until it is so old.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>A link that has carried no block for so long may give way to a newcomer.</summary>
    public static readonly TimeSpan UselessAfter = TimeSpan.FromSeconds(60);

    private readonly SortedDictionary<long, Entry> _entries = [];
    private readonly int _mostLinks;

    /// <summary>Makes one.</summary>
    /// <param name="mostLinks">Links at once.</param>
    public LinkAdmission(int mostLinks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mostLinks);
        _mostLinks = mostLinks;
    }

    /// <summary>Names the neighbourhood of an address: a number of its IPv4 /24 or IPv6 /64, with whose other
    /// links it shares what a node gives. Zero for what is no IP address, and on this host and local
    /// networks, where each node counts for itself.</summary>
    /// <param name="remote">The other end as <c>address:port</c>.</param>
    public static UInt128 NeighbourhoodOf(string remote)
    {
        ArgumentNullException.ThrowIfNull(remote);
        var scope = AddressScope.Of(remote);
        return scope.Kind == AddressKind.Global ? scope.Neighbourhood : 0;
    }

    /// <summary>Links admitted now.</summary>
    public int Count => _entries.Count;

    /// <summary>A link has been made.</summary>
    /// <param name="link">Names it; not used before.</param>
    /// <param name="remote">The other end as <c>address:port</c>; other text has no neighbourhood.</param>
    /// <param name="isNamed">True when the host or the stream's link named that address: its neighbourhood
    /// does not count, and it gives way to nobody.</param>
    /// <param name="now">The time.</param>
    /// <param name="evicted">The link that gives way and counts no more; null for none.</param>
    /// <returns>False when it is one too many.</returns>
    public bool TryAdmit(
        long link, string remote, bool isNamed, TimeSpan now, out long? evicted)
    {
        ArgumentNullException.ThrowIfNull(remote);
        evicted = null;
        var scope = AddressScope.Of(remote);
        var neighbourhood = isNamed ? 0 : scope.Neighbourhood;
        var isCrowded = neighbourhood != 0 && CountOf(neighbourhood) >= MostOf(scope.Kind);
        if (isCrowded || _entries.Count >= _mostLinks)
        {
            // A crowded neighbourhood makes room among its own.
            evicted = LeastUseful(isCrowded ? neighbourhood : null, now);
            if (evicted is null) return false;
            _entries.Remove(evicted.Value);
        }

        _entries.Add(link, new Entry(neighbourhood, isNamed, now));
        return true;
    }

    /// <summary>What a link carries now; to be told every few seconds, and before a newcomer is judged.</summary>
    /// <param name="link">The link.</param>
    /// <param name="channels">Its open channels.</param>
    /// <param name="usefulBytes">Bytes of blocks that it has carried so far, either way.</param>
    /// <param name="now">The time.</param>
    public void Observe(long link, int channels, long usefulBytes, TimeSpan now)
    {
        if (!_entries.TryGetValue(link, out var entry)) return;
        if (usefulBytes > entry.UsefulBytes) entry.LastUse = now;
        if (channels > 0 || entry.Channels > 0) entry.LastChannel = now;
        entry.UsefulBytes = usefulBytes;
        entry.Channels = channels;
    }

    /// <summary>A link has ended.</summary>
    public void Remove(long link) => _entries.Remove(link);

    /// <summary>Takes a link that has had no channel for <see cref="ChannelPatience"/>: it counts no more and
    /// is to be closed.</summary>
    public bool TryTakeSilent(TimeSpan now, out long link)
    {
        link = 0;
        foreach (var (number, entry) in _entries)
        {
            if (entry.Channels > 0 || now - entry.LastChannel < ChannelPatience) continue;
            link = number;
            _entries.Remove(number);
            return true;
        }

        return false;
    }

    private static int MostOf(AddressKind kind) =>
        kind is AddressKind.Loopback or AddressKind.Private
            ? MostPerLocalNeighbourhood
            : MostPerNeighbourhood;

    private int CountOf(UInt128 neighbourhood)
    {
        var count = 0;
        foreach (var entry in _entries.Values)
            if (entry.Neighbourhood == neighbourhood) count++;
        return count;
    }

    /// <summary>Of those that may give way, one without a channel, then the one longest without a block.</summary>
    private long? LeastUseful(UInt128? neighbourhood, TimeSpan now)
    {
        long? worst = null;
        Entry? least = null;
        foreach (var (number, entry) in _entries)
        {
            if (entry.IsNamed || now - entry.Since < Grace) continue;
            if (neighbourhood is { } one && entry.Neighbourhood != one) continue;
            if (entry.Channels > 0 && now - entry.LastUse < UselessAfter) continue;
            if (least is not null && !IsWorse(entry, least)) continue;
            (worst, least) = (number, entry);
        }

        return worst;
    }

    private static bool IsWorse(Entry entry, Entry other) =>
        (entry.Channels == 0) != (other.Channels == 0)
            ? entry.Channels == 0
            : entry.LastUse < other.LastUse;

    private sealed class Entry(UInt128 neighbourhood, bool isNamed, TimeSpan now)
    {
        public UInt128 Neighbourhood { get; } = neighbourhood;

        public bool IsNamed { get; } = isNamed;

        public TimeSpan Since { get; } = now;

        public TimeSpan LastUse { get; set; } = now;

        public TimeSpan LastChannel { get; set; } = now;

        public int Channels { get; set; }

        public long UsefulBytes { get; set; }
    }
}
