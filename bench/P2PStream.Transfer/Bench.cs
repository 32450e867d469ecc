using System.Globalization;

namespace P2PStream.Transfer;

/// <summary>Chooses what is measured, runs it in turns, and prints what came of it.</summary>
internal static class Bench
{
    private const int DefaultRuns = 7;

    private static readonly Client[] Clients =
    [
        new LimitClient("limit"),
        new LimitClient("limit, plaintext", "secure=0"),
        new LimitClient("limit, hash on the other core", "hash=other"),
        new LimitClient("layout, header apart", "header=13", "write=16384"),
        new LimitClient("layout, header apart, gathered", "header=13", "write=16384", "send=81920"),
        new LimitClient("layout, packed", "header=13", "write=16384", "pack=65588"),
        new LimitClient("layout, packed and gathered", "header=13", "write=16384", "pack=65588", "send=81920"),
        new LimitClient("layout, header apart, gathered, read ahead 64 KiB",
            "header=13", "write=16384", "send=81920", "receive=65536"),
        new LimitClient("layout, packed and gathered, read ahead 64 KiB",
            "header=13", "write=16384", "pack=65588", "send=81920", "receive=65536"),
        new LimitClient("layout, packed and gathered, read ahead 256 KiB",
            "header=13", "write=16384", "pack=65588", "send=81920", "receive=262144"),
        new NodeClient("P2PStream, TLS"),
        new NodeClient("P2PStream, TLS, to a file") { ToFile = true },
        new NodeClient("P2PStream, plaintext", "plain=1"),
        new LibtorrentClient("libtorrent v2"),
        new LibtorrentClient("libtorrent v2, tuned", "tuned=1"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var (runs, json, list) = (DefaultRuns, false, false);
        List<string> only = [];
        long? size = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--json") json = true;
            else if (args[i] == "--list") list = true;
            else if (args[i] == "--runs" && i + 1 < args.Length && IsAmount(args[i + 1], out var count)
                && count < int.MaxValue)
                (runs, i) = ((int)count, i + 1);
            else if (args[i] == "--only" && i + 1 < args.Length) only.Add(args[++i]);
            else if (args[i] == "--bytes" && i + 1 < args.Length && IsAmount(args[i + 1], out var bytes))
                (size, i) = (bytes, i + 1);
            else
            {
                await Console.Error.WriteLineAsync(
                    "usage: bench/run [--list] [--only NAME]... [--runs N] [--bytes N] [--json]");
                return 2;
            }
        }

        return list ? List(only) : await MeasureAsync(new Schedule(runs, size, only), json);
    }

    private static bool IsAmount(string word, out long amount) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out amount) && amount > 0;

    private static int List(IReadOnlyCollection<string> only)
    {
        foreach (var scenario in ScenarioList.All(Clients))
            foreach (var client in new Schedule(0, null, only).Chosen(scenario))
                Console.WriteLine($"{scenario.Name}/{client.Name}");
        return 0;
    }

    private static async Task<int> MeasureAsync(Schedule schedule, bool json)
    {
        Leftovers.Watch();
        NetworkNamespace.RemoveOld();
        TestFile.RemoveOld();
        foreach (var scenario in ScenarioList.All(Clients))
        {
            await schedule.RunAsync(scenario);
            // Told at once: who breaks off has what was measured until then.
            schedule.Results.Print(scenario.Name, json);
        }

        if (schedule.Ran == 0) await Console.Error.WriteLineAsync("nothing ran: see --list");
        return schedule.Failures > 0 || schedule.Ran == 0 ? 1 : 0;
    }
}
