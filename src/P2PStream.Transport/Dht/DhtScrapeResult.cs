namespace P2PStream.Transport;

/// <summary>How many peers there are, estimated from Bloom filters (BEP 33); fewer where not every
/// node keeps them.</summary>
/// <param name="Seeds">Peers that have everything.</param>
/// <param name="Downloaders">Others.</param>
public readonly record struct DhtScrapeResult(double Seeds, double Downloaders);
