namespace P2PStream.Simulation.Tests;

/// <summary>A run goes the same way however many threads do it.</summary>
public sealed class ThreadsTests
{
    private static readonly Scenario Plain = new()
    {
        Seconds = 40,
        Media = new MediaScenario { Segments = 8, BitsPerSecond = [1_000_000] },
        Network = new NetworkScenario { Degree = 6, MostLinks = 10 },
        Audience = new AudienceScenario { Nodes = 14, ArrivalSeconds = 6 },
    };

    public static TheoryData<string> Kinds =>
        ["plain", "origin", "hostile", "churn", "live", "DHT", "trouble", "jumps", "audio", "no delay"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_report_is_the_same_for_any_number_of_them(string kind)
    {
        var scenario = Make(kind);
        var one = Run(scenario, 1);

        Assert.True(one.DeliveredBytes > 0);
        Assert.Equal(one.ToJson(), Run(scenario, 2).ToJson());
        Assert.Equal(one.ToJson(), Run(scenario, 4).ToJson());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Simulator.MostThreads + 1)]
    public void There_is_one_and_there_are_not_too_many(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Run(Plain, threads));

    [Fact]
    public void What_fails_in_a_part_fails_the_whole_and_the_next_is_done_all_the_same()
    {
        var done = new int[3];
        using var workers = new Workers(3, part =>
        {
            done[part]++;
            if (part == 2 && done[part] == 1) throw new InvalidOperationException("It is the second part.");
        });

        Assert.Throws<InvalidOperationException>(workers.Run);
        workers.Run();
        Assert.Equal([2, 2, 2], done);
    }

    private static SimulationReport Run(Scenario scenario, int threads) => Simulator.Run(
        scenario, seed: 5, threads: threads, cancellationToken: TestContext.Current.CancellationToken);

    private static Scenario Make(string kind) => kind switch
    {
        "origin" => Plain with { Origin = new OriginScenario { BitsPerSecond = 4_000_000 } },
        "hostile" => Plain with
        {
            Origin = new OriginScenario(),
            Audience = Plain.Audience with
            {
                Classes =
                [
                    new() { Share = 0.6 },
                    new() { Name = "polluter", Share = 0.2, Kind = NodeKind.Polluter },
                    new() { Name = "black hole", Share = 0.1, Kind = NodeKind.BlackHole },
                    new() { Name = "staller", Share = 0.1, Kind = NodeKind.Staller },
                ],
            },
        },
        "churn" => Plain with
        {
            Audience = Plain.Audience with { MeanStaySeconds = 8, CrashShare = 0.5 },
        },
        "live" => Plain with
        {
            Media = Plain.Media with { IsLive = true, Segments = 15 },
            Player = new PlayerScenario { BufferSeconds = 6, LiveDelaySeconds = 4 },
        },
        "DHT" => Plain with
        {
            Discovery = new DiscoveryScenario
            {
                Kind = DiscoveryKind.Dht, Bystanders = 15, DatagramLoss = 0.1,
            },
        },
        "trouble" => Plain with
        {
            Origin = new OriginScenario(),
            Disturbances =
            [
                new() { Kind = DisturbanceKind.Clog, AtSeconds = 4, ForSeconds = 5 },
                new() { Kind = DisturbanceKind.Partition, AtSeconds = 8, ForSeconds = 5 },
                new() { Kind = DisturbanceKind.OriginDown, AtSeconds = 3, ForSeconds = 2 },
            ],
        },
        "jumps" => Plain with
        {
            Media = Plain.Media with { BitsPerSecond = [400_000, 1_000_000] },
            Player = new PlayerScenario { Renditions = RenditionChoice.Throughput, SeeksPerMinute = 6 },
        },
        "audio" => Plain with { Media = Plain.Media with { AudioBitsPerSecond = 100_000 } },
        "no delay" => Plain with
        {
            Origin = new OriginScenario { LatencyMilliseconds = 0 },
            Network = Plain.Network with { MinimumDelayMilliseconds = 0, Asymmetry = 1 },
        },
        _ => Plain,
    };
}
