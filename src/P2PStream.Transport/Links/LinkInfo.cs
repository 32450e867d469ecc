using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>What a link knows of its ends.</summary>
/// <param name="Remote">The remote's identity, proven by the link; zero where the link proves
/// none. Only over <see cref="PlainTcpTransport"/> what the remote claims.</param>
/// <param name="RemoteAddress">Where the remote's end is; for an accepted link not where it
/// listens.</param>
/// <param name="Path">The path's class.</param>
/// <param name="IsInitiator">True at the end that dialled.</param>
/// <param name="SetupTime">How long dialling took, handshake included; zero where unknown.</param>
public sealed record LinkInfo(
    PeerId Remote, TransportAddress RemoteAddress, PathClass Path, bool IsInitiator,
    TimeSpan SetupTime);
