using System.Net;
using Microsoft.Extensions.Logging;

namespace P2PStream.Http;

/// <summary>How a <see cref="GatewayServer"/> serves.</summary>
public sealed class GatewayOptions
{
    /// <summary>Where it listens; loopback unless told, port 0 picks a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Names in Host headers that are answered beside <c>localhost</c> and addresses.
    /// Anything else is refused, so that no web site can point a name of its own at this
    /// machine.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Web origins whose pages may fetch media; <c>*</c> for all. The API is never
    /// shared.</summary>
    public string AllowedOrigin { get; init; } = "*";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where problems are written; null for nowhere.</summary>
    public ILoggerFactory? Logging { get; init; }
}
