using System.Net;
using P2PStream.Protocol;

namespace P2PStream.Transfer;

/// <summary>A viewer that takes the file as fast as it comes, to a file or to nowhere.</summary>
internal static class NodeLeech
{
    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        await using var node = await StreamNode.StartAsync(new StreamNodeOptions
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
        console.Statistics = () =>
            EndConsole.Number("served", watched.Statistics.BytesServed)
            + EndConsole.Number("wasted", watched.Statistics.BytesWasted);
        var file = options.Text("output");
        await using var output = new FirstByteStream(
            file.Length > 0 ? File.Create(file, bufferSize: 0) : Stream.Null);
        await watched.PlayAsync(new PipePlayer(output));
        EndConsole.Say("done");
        await console.QuitAsync();
    }
}
