namespace P2PStream.Simulation;

/// <summary>A distribution in few numbers, by nearest rank.</summary>
/// <param name="Count">How many values.</param>
/// <param name="P50">The median; 0 when there are none.</param>
/// <param name="P95">What 95 % do not exceed.</param>
/// <param name="Most">The largest.</param>
public sealed record Percentiles(int Count, double P50, double P95, double Most)
{
    internal static Percentiles Of(List<double> values)
    {
        if (values.Count == 0) return new Percentiles(0, 0, 0, 0);
        values.Sort();
        return new Percentiles(values.Count, At(values, 0.5), At(values, 0.95), values[^1]);
    }

    internal static double At(List<double> sorted, double share) =>
        sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
}
