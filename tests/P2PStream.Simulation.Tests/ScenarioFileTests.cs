namespace P2PStream.Simulation.Tests;

/// <summary>A scenario is data: what may be left out has a value, and what is wrong is told by its field.</summary>
public sealed class ScenarioFileTests
{
    [Fact]
    public void What_is_left_out_has_its_usual_value()
    {
        var scenario = ScenarioFile.Parse("""
            // An audience of three.
            { "name": "three", "audience": { "nodes": 3, "classes": [ { "uploadBitsPerSecond": 1000000 } ] } }
            """);

        Assert.Equal("three", scenario.Name);
        Assert.Equal(3, scenario.Audience.Nodes);
        Assert.Equal(1_000_000, scenario.Audience.Classes[0].UploadBitsPerSecond);
        Assert.Equal(50_000_000, scenario.Audience.Classes[0].DownloadBitsPerSecond);
        Assert.Equal(new MediaScenario().Segments, scenario.Media.Segments);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var written = ScenarioFile.Write(new Scenario
        {
            Origin = new OriginScenario { BitsPerSecond = 5_000_000 },
            Disturbances = [new() { Kind = DisturbanceKind.Partition, AtSeconds = 3 }],
        });

        Assert.Equal(written, ScenarioFile.Write(ScenarioFile.Parse(written)));
    }

    [Theory]
    [InlineData("""{ "nme": 1 }""", "nme: there is no such field")]
    [InlineData("""{ "audience": { "nodes": "many" } }""", "audience.nodes: this field takes no such value, but a whole number (line 1)")]
    [InlineData("""{ "media": { "segments": 1.5 } }""", "no such value, but a whole number")]
    [InlineData("""{ "media": { "bitsPerSecond": 2000000 } }""", "no such value, but a list")]
    [InlineData("""{ "audience": { "arrival": "Soon" } }""", "no such value, but one of Even, FlashCrowd, Poisson (line")]
    [InlineData("""{ "seconds": 20, "seconds": 30 }""", "a field stands here twice")]
    [InlineData("""{ "audience": { "arrival": 17 } }""", "audience.arrival is one of Even")]
    [InlineData("""{ "audience": { "nodes": 0 } }""", "audience.nodes is 1 to 1000000, not 0")]
    [InlineData("""{ "audience": { "classes": [ { "share": 0.5 } ] } }""", "add up to 1, not 0.5")]
    [InlineData("""{ "audience": { "classes": [ null ] } }""", "hold no null")]
    [InlineData("""{ "player": null }""", "player is not null")]
    [InlineData("""{ "seconds": 1e9 }""", "seconds is 1 to 86400")]
    [InlineData("""{ "picker": "best" }""", "picker is one of p2pstream")]
    [InlineData("""{ "media": { "bitsPerSecond": [2000000, 1000000] } }""", "media.bitsPerSecond[1]")]
    [InlineData("""{ "media": { "bitsPerSecond": [200000000] } }""", "classes[0].memoryBytes is 150000000 at least")]
    [InlineData("""{ "media": { "isLive": true }, "player": { "seeksPerMinute": 1 } }""", "is 0 for")]
    [InlineData("""{ "network": { "degree": 30, "mostLinks": 20 } }""", "network.mostLinks is 30 to")]
    [InlineData("""{ "discovery": null }""", "discovery is not null")]
    [InlineData("""{ "discovery": { "kind": "Gossip" } }""", "discovery.kind: this field takes no")]
    [InlineData("""{ "discovery": { "datagramLoss": 1 } }""", "discovery.datagramLoss is 0 to 0.9")]
    [InlineData("", "the scenario is empty")]
    [InlineData("[]", "no such value, but an object")]
    [InlineData("""{ "media": 3 }""", "media: this field takes no such value, but an object")]
    [InlineData("null", "A scenario is a JSON object")]
    [InlineData("{", "line")]
    public void What_is_wrong_is_told_in_one_line_that_names_the_field(string json, string expected)
    {
        var exception = Assert.Throws<ScenarioException>(() => ScenarioFile.Parse(json));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }
}
