using System.Globalization;

namespace P2PStream.Transfer;

/// <summary>Chooses what is measured, runs it in turns, and prints what came of it.</summary>
internal static class Bench
{
    private const long DefaultBytes = 1L << 30;
    private const int DefaultRuns = 7;

    private static readonly Client[] Clients =
    [
        new LimitClient("limit"),
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
        new LibtorrentClient("libtorrent v2"),
        new LibtorrentClient("libtorrent v2, tuned", "tuned=1"),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var (runs, json, only, size) = (DefaultRuns, false, "", DefaultBytes);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--json") json = true;
            else if (args[i] == "--runs" && i + 1 < args.Length)
                runs = int.Parse(args[++i], CultureInfo.InvariantCulture);
            else if (args[i] == "--only" && i + 1 < args.Length) only = args[++i];
            else if (args[i] == "--bytes" && i + 1 < args.Length)
                size = long.Parse(args[++i], CultureInfo.InvariantCulture);
            else
            {
                await Console.Error.WriteLineAsync(
                    "usage: bench/run [--only NAME] [--runs N] [--bytes N] [--json]");
                return 2;
            }
        }

        var results = new Results();
        using var file = new TestFile(size);
        for (var run = 0; run < runs; run++)
            foreach (var client in Clients.Where(client =>
                $"one to one/{client.Name}".Contains(only, StringComparison.Ordinal)))
                await OneToOne.RunAsync(client, file, results);
        results.Print(json);
        return 0;
    }
}
