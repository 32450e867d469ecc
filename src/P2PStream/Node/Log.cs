using Microsoft.Extensions.Logging;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>What a node has to say to its operator.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Node {Id} listens at {EndPoint}")]
    public static partial void Listening(ILogger logger, string id, string endPoint);

    [LoggerMessage(2, LogLevel.Debug, "Dialling {Address} failed: {Reason}")]
    public static partial void DialFailed(ILogger logger, string address, string reason);

    [LoggerMessage(3, LogLevel.Debug, "Linked with {Peer} at {Address}")]
    public static partial void Linked(ILogger logger, string peer, string address);

    [LoggerMessage(4, LogLevel.Warning, "Peer {Peer} at {Address} gave bytes that do not verify; banned")]
    public static partial void Banned(ILogger logger, string peer, string address);

    [LoggerMessage(5, LogLevel.Debug, "Origin: {Reason}")]
    public static partial void OriginFailed(ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Warning, "A block of own media cannot be read: {Reason}")]
    public static partial void OwnMediaUnreadable(ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Error, "Stream {Stream}: its publisher has signed two different things")]
    public static partial void Equivocation(ILogger logger, string stream);

    [LoggerMessage(8, LogLevel.Error, "A stream's loop failed")]
    public static partial void StreamFailed(ILogger logger, Exception error);

    [LoggerMessage(9, LogLevel.Debug, "Search for peers failed: {Reason}")]
    public static partial void SearchFailed(ILogger logger, string reason);

    [LoggerMessage(19, LogLevel.Warning, "DHT node {Name} has no address yet: {Reason}")]
    public static partial void NameWithoutAddress(ILogger logger, string name, string reason);

    [LoggerMessage(12, LogLevel.Error, "A player's state cannot be read")]
    public static partial void PlayerFailed(ILogger logger, Exception error);

    [LoggerMessage(13, LogLevel.Error, "A link's loop failed")]
    public static partial void LinkFailed(ILogger logger, Exception error);

    [LoggerMessage(11, LogLevel.Error, "A handler of delivered blocks failed")]
    public static partial void AccountingFailed(ILogger logger, Exception error);

    [LoggerMessage(10, LogLevel.Warning, "Accepting links failed: {Reason}")]
    public static partial void AcceptFailed(ILogger logger, string reason);

    [LoggerMessage(15, LogLevel.Debug, "One link too many: {Peer} at {Address}")]
    public static partial void Refused(ILogger logger, string peer, string address);

    [LoggerMessage(16, LogLevel.Error, "A part of a stream or node could not be ended")]
    public static partial void EndingFailed(ILogger logger, Exception error);

    [LoggerMessage(17, LogLevel.Error, "The search for a stream's peers failed")]
    public static partial void SearchBroke(ILogger logger, Exception error);

    [LoggerMessage(18, LogLevel.Information, "The player stalls before segment {Sequence}: {Reason}")]
    public static partial void Stalled(ILogger logger, SupplyReason reason, ulong sequence);

    [LoggerMessage(14, LogLevel.Warning, "The block store failed: {Reason}")]
    public static partial void StoreFailed(ILogger logger, string reason);
}
