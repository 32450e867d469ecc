using Microsoft.Extensions.Logging;

namespace P2PStream.Transport;

/// <summary>What a DHT node tells its host of, a line each.</summary>
internal static partial class DhtLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Problem}")]
    public static partial void Table(ILogger log, string problem);

    [LoggerMessage(2, LogLevel.Error, "the DHT node has ended: {Reason}")]
    public static partial void NodeEnded(ILogger log, string reason);
}
