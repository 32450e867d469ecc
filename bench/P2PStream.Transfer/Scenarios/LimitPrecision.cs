using System.Globalization;

namespace P2PStream.Transfer;

/// <summary>How exactly a node keeps its own upload limit: what blocks and their frames came to in a
/// second, over the limit. Target: within 3 %.</summary>
internal sealed class LimitPrecision() : Scenario("limit precision", new NodeClient("P2PStream, TLS"))
{
    private const long WarmSeconds = 1;
    private const long Seconds = 8;

    private static readonly long[] Limits = [500_000, 5_000_000, 50_000_000];

    /// <summary>Longer than the fastest takes, so that nobody waits for the file's end.</summary>
    public override long UsualBytes => 576L << 20;

    public override long LeastBytes => UsualBytes;

    public override async Task RunAsync(Client client, Trial trial)
    {
        foreach (var limit in Limits)
        {
            await using var seed = Place.Here.Start([.. client.Seed(trial.File), $"up={limit}"]);
            await seed.ReadyAsync();
            await using var meter = Place.Here.Start(
                OwnProgram.End("meter", $"warm={WarmSeconds}", $"seconds={Seconds}"));
            await meter.ReadyAsync();
            meter.Say($"go {seed.Address}");
            var rate = (await meter.NumbersAsync("done"))["rate"];
            var name = string.Create(CultureInfo.InvariantCulture,
                $"{Name}/{client.Name}/{limit / 1e6:0.#} MB/s");
            trial.Results.Add($"{name}, achieved", rate / 1e6, "MB/s");
            trial.Results.Add($"{name}, achieved over limit", rate / limit, "x");
        }
    }
}
