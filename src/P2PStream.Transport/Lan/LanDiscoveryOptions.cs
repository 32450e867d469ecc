using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace P2PStream.Transport;

/// <summary>How a host is found on its own network.</summary>
public sealed record LanDiscoveryOptions
{
    /// <summary>BEP 14's port.</summary>
    public const int UsualPort = 6771;

    /// <summary>The port of the groups 239.192.152.143 and ff15::efc0:988f.</summary>
    public int Port { get; init; } = UsualPort;

    /// <summary>Addresses of this host, one for each network to be found on; null for all but
    /// loopback.</summary>
    public IReadOnlyList<IPAddress>? Interfaces { get; init; }

    /// <summary>How often what a host has is told again.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages a second that are read from others; more are dropped.</summary>
    public int MessagesPerSecond { get; init; } = 64;

    /// <summary>Where its few messages go.</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;
}
