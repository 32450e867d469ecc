namespace P2PStream.Scheduling.Tests;

/// <summary>What is believed of a source, against links whose truth is known.</summary>
public class EstimateTests
{
    /// <summary>Deviations below which 90 % of a normal distribution lies.</summary>
    private const double NinetyPercent = 1.2816;

    /// <summary>Blocks that the rate is taken over.</summary>
    private const int MemoryBlocks = 16;

    /// <summary>Requests at once before anything is known of a source.</summary>
    private const int FirstWindow = 8;

    /// <summary>
    /// The others become exactly predictable: then whatever is predicted comes true.
    /// </summary>
    private static readonly LinkKind[] Varied =
        [LinkKind.Jittery, LinkKind.Bursty, LinkKind.Steps];

    private static readonly int Links = LongRun.Cases(200);

    public static TheoryData<LinkKind> Kinds => [.. Enum.GetValues<LinkKind>()];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_blocks_predicted_at_90_percent_85_to_95_arrive_in_time(bool isStated)
    {
        double varied = 0;
        foreach (LinkKind kind in Enum.GetValues<LinkKind>())
        {
            double idle = ShareInTime(Trials(kind, isStated, idleShare: 0.3));
            double busy = ShareInTime(Trials(kind, isStated, idleShare: 0));
            LongRun.Tell($"{kind}, rate {(isStated ? "stated" : "unknown")}: of blocks predicted "
                + $"at 90 %, {busy:P1} in time when kept busy, {idle:P1} with idle times");
            Assert.InRange(Math.Min(idle, busy), 0.8, 1);
            if (Varied.Contains(kind)) varied += (idle + busy) / 2;
        }
        double share = varied / Varied.Length;
        LongRun.Tell($"links that vary, rate {(isStated ? "stated" : "unknown")}: {share:P1}");
        Assert.InRange(share, 0.85, 0.95);
    }

    [Fact]
    public void Before_its_first_block_an_unknown_source_is_a_guess_that_says_so()
    {
        LinkTrial[] trials = Trials(LinkKind.Constant, isStated: false, idleShare: 0);
        double share = trials.Average(t => t.Predictions[0].IsWithin(NinetyPercent) ? 1.0 : 0);
        LongRun.Tell($"first block of an unknown source, 30 kB/s to 3 MB/s: {share:P1} in the time "
            + "predicted at 90 %");
        Assert.All(trials, t => Assert.Equal(t.Predictions[0].Eta, t.Predictions[0].Deviation, 1.0));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_second_window_is_predicted_well(LinkKind kind)
    {
        double[] ratios =
        [
            .. Trials(kind, isStated: false, idleShare: 0)
                .SelectMany(t => t.Predictions.Skip(2 * FirstWindow).Take(FirstWindow))
                .Select(p => p.Eta / p.Took).Order(),
        ];
        LongRun.Tell($"{kind}, blocks 17 to 24: predicted / actual time, quartiles "
            + $"{At(0.25):F2} {At(0.5):F2} {At(0.75):F2}");
        Assert.InRange(At(0.5), 0.95, 1.25);
        Assert.InRange(At(0.25), 0.7, 1.1);

        double At(double share) => ratios[(int)(share * ratios.Length)];
    }

    [Theory]
    [InlineData(LinkKind.Constant, 24, 0.1)]
    [InlineData(LinkKind.Constant, 64, 0.02)]
    [InlineData(LinkKind.Jittery, 48, 0.15)]
    [InlineData(LinkKind.SlowStart, 100, 0.05)]
    [InlineData(LinkKind.Bursty, 200, 0.45)]
    public void The_rate_is_learned(LinkKind kind, int blocks, double tolerance)
    {
        double[] misses =
        [
            .. Enumerable.Range(0, Links).Select(seed => new LinkTrial(kind, seed, blocks))
                .Select(t => Math.Abs(t.Source.Estimate.Rate / t.Link.MeanRate - 1)).Order(),
        ];
        double most = misses[(int)(0.9 * misses.Length)];
        LongRun.Tell($"{kind}: after {blocks} blocks nine of ten rates are within {most:P1}");
        Assert.InRange(most, 0, tolerance);
    }

    [Fact]
    public void A_rate_that_changed_is_learned_again_within_four_memories()
    {
        foreach (int seed in Enumerable.Range(0, 100))
        {
            var trial = new LinkTrial(LinkKind.Constant, seed, 60);
            foreach (double factor in new[] { 1.0 / 3, 1 })
            {
                trial.Link.ChangeRate(trial.Link.Rate * factor);
                // What is in flight still comes at the old rate.
                int inFlight = trial.Source.Estimate.Outstanding;
                trial.Receive(trial.Predictions.Count + inFlight + 4 * MemoryBlocks);
                Assert.InRange(
                    trial.Source.Estimate.Rate / trial.Link.CurrentRate, 0.85, 1.15);
            }
        }
    }

    [Fact]
    public void The_round_trip_is_not_the_queue()
    {
        foreach (int seed in Enumerable.Range(0, 100))
        {
            var trial = new LinkTrial(LinkKind.Constant, seed, 300);
            double alone = trial.Link.RoundTrip + Swarms.Block / trial.Link.Rate;
            Assert.Equal(alone, trial.Source.Estimate.RoundTrip.TotalSeconds, alone * 0.01);
        }
    }

    private static LinkTrial[] Trials(LinkKind kind, bool isStated, double idleShare) =>
        [.. Enumerable.Range(0, Links).Select(
            seed => new LinkTrial(kind, seed, 200, isStated, idleShare))];

    /// <summary>Of what was asked for after the first window had told something.</summary>
    private static double ShareInTime(LinkTrial[] trials) => trials
        .SelectMany(t => t.Predictions.Skip(FirstWindow))
        .Average(p => p.IsWithin(NinetyPercent) ? 1.0 : 0);
}
