using System.Net;
using Microsoft.Extensions.Logging;

namespace P2PStream.Transport;

/// <summary>What a DHT node tells its host of: what went wrong while it goes on, a line each.</summary>
internal static partial class DhtLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Problem}")]
    public static partial void Table(ILogger log, string problem);

    [LoggerMessage(2, LogLevel.Warning,
        "the DHT node at {EndPoint} cannot receive now and goes on trying: {Reason}")]
    public static partial void ReceiveFailed(ILogger log, IPEndPoint endPoint, string reason);

    [LoggerMessage(3, LogLevel.Error, "the DHT node at {EndPoint} receives nothing any more: {Reason}")]
    public static partial void ReceiveEnded(ILogger log, IPEndPoint endPoint, string reason);

    [LoggerMessage(4, LogLevel.Error, "the DHT node has ended: {Reason}")]
    public static partial void NodeEnded(ILogger log, string reason);
}
