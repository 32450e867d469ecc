using System.Net;
using Microsoft.Extensions.Logging;

namespace P2PStream.Http;

/// <summary>How an <see cref="OriginServer"/> serves.</summary>
public sealed class OriginServerOptions
{
    /// <summary>Where it listens; port 0 picks a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>All connections together send no more than that many bits of payload a second; null
    /// for no cap.</summary>
    public long? UploadBitsPerSecond { get; init; }

    /// <summary>Paces the cap.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where problems are written; null for nowhere.</summary>
    public ILoggerFactory? Logging { get; init; }
}
