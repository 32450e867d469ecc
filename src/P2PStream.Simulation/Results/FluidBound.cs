namespace P2PStream.Simulation;

/// <summary>What every viewer can get at once, at most: min(u_s, (u_s + Σ u_i) / n, d_min) of Kumar, Liu and
/// Ross (INFOCOM 2007). The source is publisher and origin; hostile nodes upload nothing.</summary>
internal static class FluidBound
{
    public static double Of(Population population, World world)
    {
        double source = world.Scenario.Origin?.BitsPerSecond ?? 0, peers = 0;
        var slowest = double.PositiveInfinity;
        var viewers = 0;
        foreach (var publisher in population.Publishers)
            if (publisher.IsHere) source += publisher.Role.Class.UploadBitsPerSecond;
        foreach (var node in population.Audience)
        {
            if (node.Player is null) continue;
            if (!node.IsSilent) peers += node.Role.Class.UploadBitsPerSecond;
            if (node.Player.IsDone) continue;
            viewers++;
            slowest = Math.Min(slowest, node.Role.Class.DownloadBitsPerSecond);
        }

        return viewers == 0
            ? 0
            : Math.Min(Math.Min(source, slowest), (source + peers) / viewers);
    }
}
