namespace P2PStream.Transport;

/// <summary>The limits that a link obeys; shared by all links of a node.</summary>
/// <param name="Upload">Asked before a block is written; told of control frames.</param>
/// <param name="Download">Told of what comes without having been asked for by the byte: control frames
/// and blocks that came after their cancel. Whoever makes requests asks it for blocks.</param>
/// <param name="Neighbourhood">With whom the link shares; zero: with nobody.</param>
public sealed record LinkLimits(LinkLimiter Upload, LinkLimiter Download, UInt128 Neighbourhood);
