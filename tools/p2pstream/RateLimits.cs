namespace P2PStream.Tool;

/// <summary>What a node may send and ask for, in bytes per second; null for no limit.</summary>
/// <param name="Upload">All links together.</param>
/// <param name="Download">All links and the origin together.</param>
internal sealed record RateLimits(long? Upload = null, long? Download = null);
