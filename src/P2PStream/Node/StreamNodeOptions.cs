using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using P2PStream.Protocol;
using P2PStream.Scheduling;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>How a node is set up.</summary>
public sealed class StreamNodeOptions
{
    /// <summary>Where it listens: TCP for links and UDP for the DHT, one port number; 0 asks for a free one.</summary>
    public IPEndPoint Listen { get; set; } = new(IPAddress.Loopback, 0);

    /// <summary>An IPv6 address to listen on as well, at the same port number, when <see cref="Listen"/> is of
    /// IPv4. The node is then one in both families: links come and go by either, and its DHT node is in both
    /// networks (BEP 32).</summary>
    public IPAddress? ListenIPv6 { get; set; }

    /// <summary>The address that others are told to dial, where it differs from <see cref="Listen"/>; with two
    /// families, in place of the one of its own.</summary>
    public IPAddress? AdvertisedAddress { get; set; }

    /// <summary>DHT nodes to start from, as <c>host:port</c>.</summary>
    public IList<string> Bootstrap { get; } = [];

    /// <summary>True to find peers, and be found, by the DHT.</summary>
    public bool EnableDht { get; set; } = true;

    /// <summary>True to be found by the DHT as well: each stream is announced under its info-hash. False to
    /// look only.</summary>
    public bool AnnounceToDht { get; set; } = true;

    /// <summary>True to keep each stream's item on the DHT (BEP 44): publishers put it, and everyone who has
    /// found it puts it again each hour. It makes a link with the key alone enough.</summary>
    public bool KeepDhtItems { get; set; } = true;

    /// <summary>True to tell peers of each other, and to dial whom they tell of.</summary>
    public bool ExchangePeers { get; set; } = true;

    /// <summary>Names the region of an address, such as a country or a city, from whatever the host knows: peers
    /// of this node's own region are dialled before those elsewhere, after those of its own network and provider.
    /// Null, or null for an address, where nobody can tell. Must be quick; may be called from any thread.</summary>
    public Func<IPAddress, string?>? RegionOf { get; set; }

    /// <summary>Looks for peers on this host's own networks, and is found there, by multicast (BEP 14). Null, as
    /// it is by default, for no: everyone on the network would hear which info-hashes this host follows.</summary>
    public LanDiscoveryOptions? Lan { get; set; }

    /// <summary>A file that keeps the DHT's nodes between runs; see <see cref="DhtNodeOptions.TableFile"/>.</summary>
    public string? DhtTableFile { get; set; }

    /// <summary>Fetches from origins; null: no origin is ever used.</summary>
    public IOriginClient? Origin { get; set; }

    /// <summary>Memory for media, in bytes: 4 MiB to 16 GiB.</summary>
    [Range(4L << 20, 16L << 30)]
    public long MemoryBytes { get; set; } = 64L << 20;

    /// <summary>Links dialled for one stream.</summary>
    [Range(1, 256)]
    public int TargetLinks { get; set; } = 24;

    /// <summary>Links for one stream, of which one in eight, eight at most, is kept for peers that this node
    /// dials.</summary>
    [Range(1, LinkAdmission.MostLinks)]
    public int MaxLinks { get; set; } = 64;

    /// <summary>Links at once, of all streams; see <see cref="LinkAdmission"/> for those of one
    /// neighbourhood.</summary>
    internal int MostLinks { get; set; } = LinkAdmission.MostLinks;

    /// <summary>Bytes per second that all links together send, at most; null: no limit. What counts is what TLS
    /// carries: blocks with their frames, and control frames, for which blocks make room. At least 16,384:
    /// docs/rate-limits.md. <see cref="StreamNode.UploadLimit"/> changes it later.</summary>
    public long? UploadLimit { get; set; }

    /// <summary>Bytes per second that all links and the origin together bring, at most; null: no limit. It
    /// works by asking for less. As <see cref="UploadLimit"/> otherwise;
    /// <see cref="StreamNode.DownloadLimit"/> changes it later.</summary>
    public long? DownloadLimit { get; set; }

    /// <summary>How much media beyond the playhead is fetched ahead.</summary>
    public TimeSpan PrefetchAhead { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Another transport than TCP with mutual TLS; it listens at <see cref="TransportListen"/>.
    /// A <see cref="PlainTcpTransport"/> needs <see cref="EnableDht"/> off: the DHT tells addresses
    /// without a tag, and whoever finds this node there would dial it with TLS.</summary>
    public ITransport? Transport { get; set; }

    /// <summary>Where <see cref="Transport"/> listens.</summary>
    public TransportAddress? TransportListen { get; set; }

    /// <summary>The link identity; null: a fresh one for this process.</summary>
    public LinkIdentity? Identity { get; set; }

    /// <summary>Makes the block picker of each stream, from a seed.</summary>
    public Func<ulong, IBlockPicker> Picker { get; set; } =
        static seed => new DeadlineScheduler(new SchedulerOptions { Seed = seed });

    /// <summary>Makes the store of each watched stream, which is disposed with the stream: verified segments
    /// are kept there and served when memory has let them go. Null: there is memory only.</summary>
    public Func<StreamId, IBlockStore>? Store { get; set; }

    /// <summary>Decides who is served.</summary>
    public IUploadPolicy UploadPolicy { get; set; } = new ServeEveryone();

    /// <summary>Where messages go.</summary>
    public ILoggerFactory Logging { get; set; } = NullLoggerFactory.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    internal string? Validate()
    {
        if (MemoryBytes is < (4L << 20) or > (16L << 30)) return "MemoryBytes must be 4 MiB to 16 GiB.";
        if (TargetLinks is < 1 or > 256) return "TargetLinks must be 1 to 256.";
        if (MaxLinks is < 1 or > LinkAdmission.MostLinks) return $"MaxLinks must be 1 to {LinkAdmission.MostLinks}.";
        if (!IsRate(UploadLimit)) return "UploadLimit must be 16,384 to 2^36 bytes per second.";
        if (!IsRate(DownloadLimit)) return "DownloadLimit must be 16,384 to 2^36 bytes per second.";
        if (PrefetchAhead <= TimeSpan.Zero) return "PrefetchAhead must be above zero.";
        if (ListenIPv6 is { } second && (second.AddressFamily != AddressFamily.InterNetworkV6
            || Listen.AddressFamily != AddressFamily.InterNetwork))
            return "ListenIPv6 must be an IPv6 address beside a Listen of IPv4.";
        if (Transport is not null && TransportListen is null)
            return "TransportListen must say where Transport listens.";
        if (Transport is PlainTcpTransport && EnableDht)
            return "EnableDht must be off for a PlainTcpTransport: the DHT's other nodes speak TLS.";
        foreach (var node in Bootstrap)
            if (!HostPort.TryParse(node, out _)) return $"'{node}' is not host:port.";
        return null;
    }

    private static bool IsRate(long? limit) =>
        limit is null or (>= FairLimiter.LowestRate and <= FairLimiter.HighestRate);
}
