namespace P2PStream.Scheduling;

/// <summary>What is known of a source before its first block.</summary>
/// <param name="Price">0 for a peer; above 0 for a source that costs money (an origin), used only
/// when elected or when no peer can be expected in time.</param>
/// <param name="Rate">Expected bytes per second; 0 when unknown.</param>
/// <param name="RoundTrip">Expected time from request to first byte.</param>
/// <param name="WindowLimit">Most requests outstanding, 1 to 4,096.</param>
/// <param name="Salt">Salts the rarest-first rotation; hash of (self, peer) makes neighbours
/// differ.</param>
public readonly record struct SourceProfile(
    int Price, double Rate, TimeSpan RoundTrip, int WindowLimit, ulong Salt);
