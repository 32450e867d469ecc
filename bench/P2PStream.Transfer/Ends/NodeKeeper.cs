using System.Net;
using P2PStream.Protocol;

namespace P2PStream.Transfer;

/// <summary>
/// A viewer that has the whole file and serves it: from memory=BYTES, or from a store in the folder
/// store=PATH. Under fetch=1 it fetches the file after "go"; otherwise it has it in its store from
/// before. Says "done" when all is there: in the store and, after a restart, looked through.
/// </summary>
internal static class NodeKeeper
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        var size = options.Number("size");
        var store = options.Text("store") is { Length: > 0 } folder
            ? new CountingStore(DiskBlockStore.Open(folder, 2 * size))
            : null;
        await using var node = await EndNode.StartAsync(options, new StreamNodeOptions
        {
            Listen = new IPEndPoint(IPAddress.Parse(options.Text("address", "127.0.0.1")), 0),
            EnableDht = false,
            MemoryBytes = options.Number("memory"),
            Store = store is null ? null : _ => store,
        });
        EndConsole.Say($"ready {node.DialAddress}");
        var peers = await console.GoAsync();
        await using var watched = await node.WatchAsync(new StreamLink
        {
            Key = NodeSeed.Key.PublicKey, Name = NodeSeed.StreamName, Peers = peers,
        });
        console.Statistics = () =>
            EndConsole.Number("served", watched.Statistics.BytesServed)
            + EndConsole.Number("read", store?.BytesRead ?? 0);
        if (options.Number("fetch") != 0)
        {
            await watched.PlayAsync(new PipePlayer(Stream.Null));
            while (store is not null && store.Bytes < size) await Task.Delay(LookEvery);
        }
        else
        {
            await watched.WaitForCatalogAsync();
            await watched.GetRecordsAsync(
                watched.Catalog.Tracks.First(one => one.Kind == TrackKind.File).Id, default);
            while (store!.BytesRead < size) await Task.Delay(LookEvery);
        }

        EndConsole.Say("done");
        await console.QuitAsync();
    }
}
