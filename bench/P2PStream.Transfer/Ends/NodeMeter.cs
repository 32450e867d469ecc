using System.Diagnostics;
using System.Net;
using P2PStream.Protocol;

namespace P2PStream.Transfer;

/// <summary>A viewer that says how fast blocks came, with their frames: from the first one after
/// warm=SECONDS on for seconds=NUMBER.</summary>
internal static class NodeMeter
{
    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        await using var node = await EndNode.StartAsync(options, new StreamNodeOptions
        {
            Listen = new IPEndPoint(IPAddress.Parse(options.Text("address", "127.0.0.1")), 0),
            EnableDht = false,
        });
        EndConsole.Say($"ready {node.DialAddress}");
        var peers = await console.GoAsync();
        await using var watched = await node.WatchAsync(new StreamLink
        {
            Key = NodeSeed.Key.PublicKey, Name = NodeSeed.StreamName, Peers = peers,
        });
        var rate = new TaskCompletionSource<double>();
        var meter = new Meter(options.Number("warm"), options.Number("seconds"), rate);
        watched.BlockDelivered += meter.Got;
        using var stop = new CancellationTokenSource();
        var playing = watched.PlayAsync(new PipePlayer(Stream.Null), stop.Token);
        await Task.WhenAny(rate.Task, playing);
        EndConsole.Say(rate.Task.IsCompleted
            ? "done" + EndConsole.Number("rate", await rate.Task)
            : "error the file is too short for the measurement");
        await stop.CancelAsync();
        await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await console.QuitAsync();
    }

    /// <summary>Counts from one block's arrival to another's: what arrives with the first is the start,
    /// not part of what is counted.</summary>
    private sealed class Meter(long warm, long seconds, TaskCompletionSource<double> rate)
    {
        private long _first;
        private long _start;
        private long _bytes;

        public void Got(BlockAccounting block)
        {
            var now = Stopwatch.GetTimestamp();
            if (_first == 0) _first = now;
            if (_start == 0)
            {
                if (Stopwatch.GetElapsedTime(_first, now).TotalSeconds >= warm) _start = now;
                return;
            }

            _bytes += FrameReader.DataPrefix + block.Bytes;
            var elapsed = Stopwatch.GetElapsedTime(_start, now).TotalSeconds;
            if (elapsed >= seconds) rate.TrySetResult(_bytes / elapsed);
        }
    }
}
