using System.Diagnostics;
using System.Net;
using P2PStream.Discovery;
using P2PStream.Transport;

namespace P2PStream.Transfer;

/// <summary>A DHT node of ours that looks keys up; see <see cref="DhtKeys"/> for what it is told.</summary>
internal static class DhtLooker
{
    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        await using var node = DhtNodes.Open(options.Text("address"));
        await node.StartAsync(DhtNodes.Bootstrap(options));
        await node.BootstrapAsync();
        EndConsole.Say($"ready {node.LocalEndPoint}");
        // Written when all nodes stand ready.
        DhtKeys? keys = null;
        while (await console.NextGoAsync() is { } order)
        {
            keys ??= DhtKeys.Read(options.Text("keys"));
            int[] numbers = [.. order.Select(int.Parse)];
            await LookAsync(node, keys, numbers[0], numbers[1], numbers[2]);
        }
    }

    private static async Task LookAsync(DhtNode node, DhtKeys keys, int from, int count, int width)
    {
        var (first, complete) = (new List<double>(count), new List<double>(count));
        var next = from;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, width).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) - 1 is var i && i < from + count)
            {
                var (isFound, toFirst, toEnd) = await LookAsync(node, keys[i]);
                lock (complete)
                {
                    if (isFound) first.Add(toFirst);
                    complete.Add(toEnd);
                }
            }
        }));
        EndConsole.Say("done"
            + EndConsole.Number("found", first.Count)
            + EndConsole.Number("seconds", Stopwatch.GetElapsedTime(start).TotalSeconds)
            + EndConsole.Number("first", Results.Median([.. first]))
            + EndConsole.Number("complete", Results.Median([.. complete])));
    }

    private static async Task<(bool IsFound, double First, double End)> LookAsync(
        DhtNode node, (InfoHash Key, IPEndPoint Peer) wanted)
    {
        var start = Stopwatch.GetTimestamp();
        var (isFound, first) = (false, 0.0);
        await foreach (var peer in node.GetPeersAsync(wanted.Key))
        {
            if (isFound || !peer.Equals(wanted.Peer)) continue;
            (isFound, first) = (true, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (isFound, first, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
