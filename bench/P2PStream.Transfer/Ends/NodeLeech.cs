using System.Net;
using System.Security.Cryptography;
using P2PStream.Protocol;

namespace P2PStream.Transfer;

/// <summary>A viewer that takes the file as fast as it comes, to a file or to nowhere. Under verify=1
/// it says the "hash" of what it got before "done".</summary>
internal static class NodeLeech
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
        console.Statistics = () =>
            EndConsole.Number("served", watched.Statistics.BytesServed)
            + EndConsole.Number("wasted", watched.Statistics.BytesWasted);
        await PlayAsync(watched, options.Text("output"), options.Number("verify") != 0);
        EndConsole.Say("done");
        await console.QuitAsync();
    }

    private static async Task PlayAsync(WatchedStream watched, string file, bool verify)
    {
        using var hash = verify && file.Length == 0
            ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256)
            : null;
        await using (var output = new FirstByteStream(
            file.Length > 0 ? File.Create(file, bufferSize: 0) : Stream.Null, hash))
            await watched.PlayAsync(new PipePlayer(output));
        if (!verify) return;
        byte[] digest;
        if (hash is not null)
        {
            digest = hash.GetHashAndReset();
        }
        else
        {
            await using var written = File.OpenRead(file);
            digest = await SHA256.HashDataAsync(written);
        }

        EndConsole.Say("hash " + Convert.ToHexString(digest));
    }
}
