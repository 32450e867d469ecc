using System.Text;
using System.Text.Json;

namespace P2PStream.Tool.Tests;

/// <summary><c>simulate</c>: what comes with the tool runs, and a run follows from its seed in any process.</summary>
public sealed class SimulateTests
{
    [Fact]
    public async Task Two_processes_come_to_the_same_report_by_any_threads_and_another_seed_to_another()
    {
        var one = await ToolProcess.RunAsync("simulate", "vod-small", "--seed", "7", "--json");
        var again = await ToolProcess.RunAsync(
            "simulate", "vod-small", "--seed", "7", "--json", "--threads", "3");
        var other = await ToolProcess.RunAsync("simulate", "vod-small", "--seed", "8", "--json");

        Assert.Equal(0, one.ExitCode);
        Assert.Equal(one.OutputText, again.OutputText);
        Assert.NotEqual(HashOf(one.OutputText), HashOf(other.OutputText));
    }

    [Fact]
    public async Task A_comparison_is_a_table_with_a_line_a_policy_in_the_order_asked_for()
    {
        var result = await ToolProcess.RunAsync(
            "simulate", "vod-small", "--compare", "--pickers", "sequential,p2pstream",
            "--seeds", "1", "--peers", "3");

        Assert.Equal(0, result.ExitCode);
        var lines = result.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("**vod-small**, one seed", lines[0]);
        Assert.StartsWith("| sequential | ", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("| p2pstream | ", lines[4], StringComparison.Ordinal);
        Assert.Equal(5, lines.Length);
        Assert.All(lines[1..], line => Assert.Equal(12, line.Count(letter => letter == '|')));
    }

    [Fact]
    public async Task As_JSON_each_policy_is_a_line_over_all_seeds()
    {
        var compared = await ToolProcess.RunAsync(
            "simulate", "vod-small", "--compare", "--pickers", "sequential,rarest-first",
            "--seeds", "2", "--seed", "5", "--peers", "3", "--json");

        Assert.Equal(0, compared.ExitCode);
        JsonElement[] rows =
        [
            .. compared.OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];
        Assert.Equal(
            ["sequential", "rarest-first"], rows.Select(row => row.GetProperty("picker").GetString()));
        Assert.All(rows, row =>
        {
            Assert.Equal([5, 6], row.GetProperty("seeds").EnumerateArray().Select(e => e.GetInt32()));
            Assert.Equal(3, row.GetProperty("viewers").GetInt32());
            Assert.True(row.GetProperty("startUpP50").GetDouble() > 0);
        });
    }

    [Fact]
    public async Task What_a_run_costs_is_told_beside_the_report()
    {
        var plain = await ToolProcess.RunAsync("simulate", "vod-small", "--peers", "3", "--json");
        var result = await ToolProcess.RunAsync(
            "simulate", "vod-small", "--peers", "3", "--json", "--cost");

        Assert.Equal(plain.OutputText, result.OutputText);
        Assert.Matches(
            @"^cost: \d+\.\d s, [1-9]\d* node-seconds a second; "
            + @"\d+\.\d s of CPU time, [1-9]\d* node-seconds a second of it; "
            + @"[1-9]\d* KB of live memory a node at most$", Assert.Single(result.ErrorLines));
    }

    [Theory]
    [InlineData("run.svg", "<svg")]
    [InlineData("run.png", "\u0089PNG")]
    public async Task A_plot_is_drawn_into_a_file(string file, string begins)
    {
        using var folder = new TemporaryFolder();
        var result = await ToolProcess.RunAsync(
            "simulate", "vod-small", "--peers", "3", "--json", "--plot", folder[file]);

        Assert.Equal(0, result.ExitCode);
        var bytes = await File.ReadAllBytesAsync(
            folder[file], TestContext.Current.CancellationToken);
        Assert.Contains(
            begins, Encoding.Latin1.GetString(bytes.AsSpan(0, 200)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scenario_may_be_a_file()
    {
        using var folder = new TemporaryFolder();
        var scenario = await ToolProcess.RunAsync("simulate", "vod-small", "--peers", "3", "--json");
        await File.WriteAllTextAsync(
            folder["mine.json"], """{"name":"mine","audience":{"nodes":3}}""",
            TestContext.Current.CancellationToken);

        var result = await ToolProcess.RunAsync("simulate", folder["mine.json"], "--json");

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.NotEqual(HashOf(scenario.OutputText), HashOf(result.OutputText));
    }

    [Fact]
    public async Task A_row_of_the_table_stays_one_line_where_it_goes_into_a_pipe()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["dht.json"],
            """{"seconds":20,"media":{"segments":2},"discovery":{"kind":"Dht"},"audience":{"nodes":2}}""",
            TestContext.Current.CancellationToken);

        var result = await ToolProcess.RunAsync("simulate", folder["dht.json"]);

        Assert.True(result.ExitCode == 0, result.Errors);
        var dht = result.OutputText.Split('\n').Single(line => line.StartsWith("│ DHT", StringComparison.Ordinal));
        Assert.Matches(@"first peer after .* datagrams, .* lost, .* MB +│", dht);
        Assert.True(dht.TrimEnd().Length > 80, dht);
    }

    private static string? HashOf(string json) =>
        JsonDocument.Parse(json).RootElement.GetProperty("eventHash").GetString();
}
