namespace P2PStream.Simulation.Tests;

/// <summary>Swarms whose nodes find each other in a DHT of real nodes, over datagrams that get lost.</summary>
public sealed class DhtDiscoveryTests
{
    private static readonly Scenario Small = new()
    {
        Seconds = 60,
        Media = new MediaScenario { Segments = 10, BitsPerSecond = [800_000] },
        Network = new NetworkScenario { Degree = 6, MostLinks = 10 },
        Discovery = new DiscoveryScenario { Kind = DiscoveryKind.Dht, Bystanders = 20, DatagramLoss = 0.2 },
        Audience = new AudienceScenario { Nodes = 10, ArrivalSeconds = 8 },
    };

    [Fact]
    public void Everybody_finds_the_others_though_a_fifth_of_the_datagrams_is_lost()
    {
        var report = Run(Small);

        Assert.Equal(0, report.NeverStarted);
        Assert.All(report.Each, viewer => Assert.Equal(20, viewer.PlayedSeconds, 3));
        var dht = report.Discovery!;
        Assert.Equal(10, dht.FirstPeerSeconds.Count);
        Assert.InRange(dht.FirstPeerSeconds.P50, 0.01, 2);
        Assert.InRange((double)dht.LostDatagrams / dht.Datagrams, 0.17, 0.25);
    }

    [Fact]
    public void Where_nothing_gets_through_nobody_is_found()
    {
        var report = Run(Small with
        {
            Disturbances =
            [
                new Disturbance { Kind = DisturbanceKind.Clog, AtSeconds = 0, ForSeconds = 61, Share = 1 },
            ],
        });

        Assert.Equal(10, report.NeverStarted);
        Assert.Equal(0, report.Discovery!.FirstPeerSeconds.Count);
        Assert.Equal(report.Discovery.Datagrams, report.Discovery.LostDatagrams);
    }

    [Fact]
    public void Viewers_behind_NAT_find_others_and_are_asked_nothing_they_did_not_ask()
    {
        var report = Run(Small with
        {
            Audience = Small.Audience with
            {
                Classes = [new NodeClass { Name = "home", IsBehindNat = true }],
            },
        });

        Assert.Equal(0, report.NeverStarted);
        Assert.Equal(10, report.Discovery!.FirstPeerSeconds.Count);
        Assert.Equal(0, report.Offload);
    }

    [Fact]
    public void A_run_replays_and_another_seed_goes_another_way()
    {
        var first = Run(Small).EventHash;

        Assert.Equal(first, Run(Small).EventHash);
        Assert.NotEqual(first, Simulator.Run(Small, 4, cancellationToken: Cancelled).EventHash);
    }

    [Fact]
    public void A_directory_has_nothing_to_report() =>
        Assert.Null(Run(Small with { Discovery = new DiscoveryScenario() }).Discovery);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static SimulationReport Run(Scenario scenario) =>
        Simulator.Run(scenario, 3, cancellationToken: Cancelled);
}
