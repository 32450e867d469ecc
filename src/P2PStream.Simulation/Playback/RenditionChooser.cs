namespace P2PStream.Simulation;

/// <summary>Chooses the rendition of the next segment.</summary>
internal sealed class RenditionChooser(Scenario scenario)
{
    /// <summary>What of the measured rate a rendition may need.</summary>
    private const double Safety = 0.8;

    /// <summary>Weight of the last segment in the measured rate.</summary>
    private const double Gain = 0.3;

    private double _bitsPerSecond;

    private IReadOnlyList<long> Rates => scenario.Media.BitsPerSecond;

    /// <summary>A segment has come.</summary>
    public void Observe(long bytes, TimeSpan took)
    {
        // What the node had fetched already comes in no time, and says no more than a fast line would.
        var rate = bytes * 8 / Math.Max(0.01, took.TotalSeconds);
        _bitsPerSecond = _bitsPerSecond == 0 ? rate : _bitsPerSecond + Gain * (rate - _bitsPerSecond);
    }

    /// <param name="buffered">Media held beyond the playhead.</param>
    /// <returns>Its index.</returns>
    public int Choose(TimeSpan buffered) => scenario.Player.Renditions switch
    {
        RenditionChoice.Throughput => ByThroughput(),
        RenditionChoice.Buffer => ByBuffer(buffered.TotalSeconds / scenario.Player.BufferSeconds),
        _ => 0,
    };

    private int ByThroughput()
    {
        var chosen = 0;
        for (var i = 1; i < Rates.Count; i++)
            if (Rates[i] <= Safety * _bitsPerSecond) chosen = i;
        return chosen;
    }

    private int ByBuffer(double fill) =>
        (int)Math.Clamp((fill - 0.2) / 0.6 * (Rates.Count - 1), 0, Rates.Count - 1);
}
