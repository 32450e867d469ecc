using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using P2PStream.Http;
using P2PStream.Protocol;

namespace P2PStream.StartUp;

/// <summary>
/// The far end: measures path and start-ups, one after another in turns, each with a fresh node or
/// HTTP client. The first round warms the process up, for all alike, and is not told.
/// </summary>
internal static class Viewer
{
    private const int RateBytes = 5_000_000;

    /// <summary>Connections whose fastest set-up is the path's round trip.</summary>
    private const int Connections = 5;

    public static async Task RunAsync(string hinted, string byDht, Uri origin, int runs)
    {
        if (!StreamLink.TryParse(hinted, out var hints, out var error)
            || !StreamLink.TryParse(byDht, out var dht, out error))
            throw new ArgumentException(error);
        await MeasurePathAsync();
        for (var run = 0; run <= runs; run++)
        {
            var told = run > 0;
            Tell(told, new Sample("http", await PlainPlayer.StartAsync(origin), "ms"));
            await WatchAsync("hinted", hints, told);
            await WatchAsync("dht", dht, told);
        }
    }

    private static async Task MeasurePathAsync()
    {
        var address = IPAddress.Parse(ShapedPath.NearAddress);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < Connections; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            var start = Stopwatch.GetTimestamp();
            await socket.ConnectAsync(address, Stage.RatePort);
            var took = Stopwatch.GetElapsedTime(start);
            if (took < best) best = took;
        }

        Tell(true, new Sample("path round trip", best.TotalMilliseconds, "ms"));
        using var sink = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await sink.ConnectAsync(address, Stage.RatePort);
        var buffer = new byte[64 * 1024];
        // Half of it lets TCP find the rate.
        long begun = 0;
        for (var got = 0; got < 2 * RateBytes; got += await sink.ReceiveAsync(buffer))
            if (begun == 0 && got >= RateBytes) begun = Stopwatch.GetTimestamp();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Tell(true, new Sample("path rate", RateBytes * 8 / seconds / 1e6, "Mbit/s"));
    }

    private static async Task WatchAsync(string name, StreamLink link, bool told)
    {
        using var origin = new HttpOriginClient();
        var options = new StreamNodeOptions
        {
            Listen = new IPEndPoint(IPAddress.Parse(ShapedPath.FarAddress), 0),
            Origin = origin,
        };
        await using var node = await StreamNode.StartAsync(options);
        var player = new PacedPlayer(TimeSpan.FromSeconds(2));
        using var stop = new CancellationTokenSource();
        var start = Stopwatch.GetTimestamp();
        await using var watched = await node.WatchAsync(link);
        await watched.WaitForCatalogAsync();
        var catalog = Stopwatch.GetElapsedTime(start);
        var playing = watched.PlayAsync(player, stop.Token);
        // The report gives the exact time; looking for it need not.
        while (player.Report.StartUp is null && !playing.IsCompleted) await Task.Delay(5);
        var startUp = catalog + player.Report.StartUp!.Value;
        await Task.Delay(250); // Statistics are at most 200 ms old.
        var statistics = watched.Statistics;
        await stop.CancelAsync();
        try
        {
            await playing;
        }
        catch (OperationCanceledException)
        {
            // It has begun: that was all.
        }

        Tell(told, new Sample($"{name} catalog", catalog.TotalMilliseconds, "ms"));
        Tell(told, new Sample(name, startUp.TotalMilliseconds, "ms"));
        Tell(told, new Sample($"{name} offload", statistics.Offload, "share"));
    }

    private static void Tell(bool told, Sample sample)
    {
        if (told) Console.WriteLine(JsonSerializer.Serialize(sample));
    }
}
