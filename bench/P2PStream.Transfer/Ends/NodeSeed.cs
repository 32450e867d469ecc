using System.Net;
using P2PStream.Http;
using P2PStream.Protocol;

namespace P2PStream.Transfer;

/// <summary>A publisher of one file that serves it itself.</summary>
internal static class NodeSeed
{
    public const string StreamName = "transfer";

    /// <summary>As many as a node takes; eight places are kept for those that it dials.</summary>
    private const int MaxLinks = 512;

    public static RootKey Key { get; } = RootKey.FromSeed(new byte[RootKey.SeedBytes]);

    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        await using var node = await EndNode.StartAsync(options, new StreamNodeOptions
        {
            Listen = new IPEndPoint(IPAddress.Parse(options.Text("address", "127.0.0.1")), 0),
            EnableDht = false,
            MaxLinks = MaxLinks,
            UploadLimit = options.Number("up") is > 0 and var limit ? limit : null,
        });
        await using var published = await node.PublishAsync(
            new FileStreamSource(options.Text("file")),
            new PublishOptions
            {
                Key = Key,
                Name = StreamName,
                FilesAreImmutable = options.Number("immutable", 1) == 1,
            });
        console.Statistics = () =>
            EndConsole.Number("served", published.Statistics.BytesServed)
            + EndConsole.Number("links", published.Statistics.Peers.Count);
        EndConsole.Say($"ready {node.DialAddress}");
        await console.QuitAsync();
    }
}
