using System.Net;
using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>What one stream's swarm is told at its start.</summary>
public sealed record SwarmOptions
{
    /// <summary>The stream.</summary>
    public required StreamId Stream { get; init; }

    /// <summary>The publisher's Ed25519 root key, from the link.</summary>
    public required Hash256 RootKey { get; init; }

    /// <summary>The stream's name, from the link.</summary>
    public required string Name { get; init; }

    /// <summary>This node.</summary>
    public required PeerId Self { get; init; }

    /// <summary>The tag of the transport that this node dials by.</summary>
    public string TransportTag { get; init; } = "tcp";

    /// <summary>True for a node with a player: its bytes count as offload, and it is elected to fetch from the origin.</summary>
    public bool IsViewer { get; init; } = true;

    /// <summary>True when every block of every known record can be read from the host's own media.</summary>
    public bool ServesOwnMedia { get; init; }

    /// <summary>True when the host has a store for blocks: whole segments are handed to it, and those that it
    /// holds are served when memory has let them go.</summary>
    public bool HasBlockStore { get; init; }

    /// <summary>True to tell peers of each other, and to believe them.</summary>
    public bool ExchangesPeers { get; init; } = true;

    /// <summary>Names the region of an address, such as a country or a city, so that peers of this node's own are
    /// dialled before those elsewhere; null, or null for an address, where nobody can tell.</summary>
    public Func<IPAddress, string?>? RegionOf { get; init; }

    /// <summary>True when the origin may be used.</summary>
    public bool UseOrigin { get; init; }

    /// <summary>How much media beyond the playhead is fetched ahead.</summary>
    public TimeSpan PrefetchAhead { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many bytes beyond the reader are fetched ahead, at most; half the block pool or less.</summary>
    public long PrefetchBytes { get; init; } = 24L << 20;

    /// <summary>Links that the swarm dials for. Peers that came by themselves count while they are of use.</summary>
    public int TargetLinks { get; init; } = 24;

    /// <summary>Links that the swarm has at most; one in eight, at most 8, is for peers that it dialled.</summary>
    public int MaxLinks { get; init; } = 64;

    /// <summary>How long the first blocks wait for peers to be found before the origin is asked.</summary>
    public TimeSpan OriginPatience { get; init; } = TimeSpan.FromMilliseconds(700);

    /// <summary>Unix seconds at the moment that this swarm's clock calls zero.</summary>
    public double UnixSecondsAtZero { get; init; }
}
