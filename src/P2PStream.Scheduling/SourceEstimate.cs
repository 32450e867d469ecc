namespace P2PStream.Scheduling;

/// <summary>What the picker believes of a source now.</summary>
/// <param name="Rate">Bytes per second.</param>
/// <param name="RoundTrip">Smallest recent time from request to delivery of one block.</param>
/// <param name="Deviation">Standard deviation of a block's delivery time.</param>
/// <param name="Outstanding">Requests in flight.</param>
/// <param name="Window">Requests it may have in flight now.</param>
public readonly record struct SourceEstimate(
    double Rate, TimeSpan RoundTrip, TimeSpan Deviation, int Outstanding, int Window);
