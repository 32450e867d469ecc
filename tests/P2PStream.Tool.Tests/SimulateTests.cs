using System.Text.Json;

namespace P2PStream.Tool.Tests;

/// <summary><c>simulate</c>: what comes with the tool runs, and a run follows from its seed in any process.</summary>
public sealed class SimulateTests
{
    [Fact]
    public async Task Two_processes_come_to_the_same_report_and_another_seed_to_another()
    {
        var one = await ToolProcess.RunAsync("simulate", "vod-small", "--seed", "7", "--json");
        var again = await ToolProcess.RunAsync("simulate", "vod-small", "--seed", "7", "--json");
        var other = await ToolProcess.RunAsync("simulate", "vod-small", "--seed", "8", "--json");

        Assert.Equal(0, one.ExitCode);
        Assert.Equal(one.OutputText, again.OutputText);
        Assert.NotEqual(HashOf(one.OutputText), HashOf(other.OutputText));
    }

    private static string? HashOf(string json) =>
        JsonDocument.Parse(json).RootElement.GetProperty("eventHash").GetString();
}
