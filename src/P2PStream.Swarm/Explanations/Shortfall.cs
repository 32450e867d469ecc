namespace P2PStream.Swarm;

/// <summary>What one request that ended without its block says of why the block is not here. Kept with what is
/// wanted, until it comes.</summary>
internal static class Shortfall
{
    /// <summary>The reason that a request leaves behind when its peer let it lie.</summary>
    public static SupplyReason OfStall(in InFlightRequest request) =>
        request.Expected <= request.Deadline ? SupplyReason.WrongEstimate : SupplyReason.SlowHolder;
}
