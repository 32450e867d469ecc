namespace P2PStream.Transfer;

/// <summary>Runs scenarios one after another, and in each the clients in turns.</summary>
/// <param name="runs">Runs that count; one more comes before them.</param>
/// <param name="size">Size of the files in bytes; null for each scenario's own.</param>
/// <param name="only">What a figure's name must contain, one of these; all when there are none.</param>
internal sealed class Schedule(int runs, long? size, IReadOnlyCollection<string> only)
{
    /// <summary>A client that failed so often in a scenario is not tried again there.</summary>
    private const int MostFailures = 2;

    private readonly Results _rehearsed = new();

    public Results Results { get; } = new();

    /// <summary>Runs that failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Clients that ran.</summary>
    public int Ran { get; private set; }

    /// <summary>Who is measured in a scenario.</summary>
    public IEnumerable<Client> Chosen(Scenario scenario) => scenario.Clients.Where(
        client => only.Count == 0
            || only.Any($"{scenario.Name}/{client.Name}".Contains));

    public async Task RunAsync(Scenario scenario)
    {
        var clients = Available(scenario);
        if (clients.Count == 0) return;
        Ran += clients.Count;
        using var file = new TestFile(Math.Max(size ?? scenario.UsualBytes, scenario.LeastBytes));
        var failures = clients.ToDictionary(client => client, _ => 0);
        for (var run = 0; run <= runs; run++)
        {
            Results.Run = run;
            var able = clients.FindAll(client => failures[client] < MostFailures);
            if (able.Count == 0) break;
            try
            {
                if (!await TryAsync(scenario.Name, scenario.OpenAsync(able, file))) break;
                // Another first each time, should it matter.
                for (var i = 0; i < able.Count; i++)
                {
                    var client = able[(run + i) % able.Count];
                    var name = $"{scenario.Name}/{client.Name}";
                    Progress($"{name}, {(run == 0 ? "rehearsal" : $"run {run} of {runs}")}");
                    var trial = new Trial(file, run == 0 ? _rehearsed : Results, run == 0);
                    if (!await TryAsync(name, scenario.RunAsync(client, trial))) failures[client]++;
                }
            }
            finally
            {
                await scenario.CloseAsync();
            }
        }

        scenario.Relate(Results);
    }

    /// <summary>For who watches, not for who reads the output later.</summary>
    private static void Progress(string text)
    {
        if (!Console.IsErrorRedirected) Console.Error.WriteLine(text);
    }

    private List<Client> Available(Scenario scenario)
    {
        var chosen = Chosen(scenario).ToList();
        if (chosen.Count > 0 && scenario.Missing is { } missing)
        {
            Console.Error.WriteLine($"skipped: {scenario.Name}: {missing}");
            return [];
        }

        chosen.RemoveAll(client =>
        {
            if (client.Missing is not { } reason) return false;
            Console.Error.WriteLine($"skipped: {scenario.Name}/{client.Name}: {reason}");
            return true;
        });
        return chosen;
    }

    private async Task<bool> TryAsync(string name, Task run)
    {
        try
        {
            await run;
            return true;
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            Failures++;
            await Console.Error.WriteLineAsync($"failed: {name}: {error.Message}");
            return false;
        }
    }
}
