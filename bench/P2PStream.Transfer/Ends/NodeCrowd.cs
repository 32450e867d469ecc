using System.Globalization;
using System.Net;
using P2PStream.Http;
using P2PStream.Protocol;

namespace P2PStream.Transfer;

/// <summary>
/// Many viewers in one process, each with one link to the seed and none among themselves. After "go"
/// they link, which is told by "linked"; after a second "go" each reads pieces=COUNT pieces of its own,
/// from piece from=NUMBER on. Under verify=1 what they read is compared with file=PATH.
/// </summary>
internal static class NodeCrowd
{
    /// <summary>The least that a node takes: the crowd's memory is not what is measured.</summary>
    private const long MemoryBytes = 4L << 20;

    /// <summary>Handshakes at once: a thousand at once would run into their timeouts on few cores.</summary>
    private const int AtOnce = 8;

    public static async Task RunAsync(EndOptions options)
    {
        var console = new EndConsole();
        EndConsole.Say("ready -");
        var peers = await console.GoAsync();
        var count = (int)options.Number("count");
        var viewers = new WatchedStream[count];
        var nodes = new StreamNode[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, cancellationToken) =>
            {
                nodes[i] = await StreamNode.StartAsync(new StreamNodeOptions
                {
                    Listen = new IPEndPoint(IPAddress.Parse(options.Text("address")), 0),
                    EnableDht = false,
                    MemoryBytes = MemoryBytes,
                    TargetLinks = 1,
                    MaxLinks = 1,
                }, cancellationToken);
                viewers[i] = await nodes[i].WatchAsync(new StreamLink
                {
                    Key = NodeSeed.Key.PublicKey, Name = NodeSeed.StreamName, Peers = peers,
                }, cancellationToken: cancellationToken);
                await viewers[i].WaitForCatalogAsync(cancellationToken);
            });
        EndConsole.Say("linked");
        if (options.Number("pieces") > 0)
        {
            await console.GoAsync();
            await Task.WhenAll(viewers.Select((viewer, i) => ReadAsync(viewer, i, options)));
            EndConsole.Say("done");
        }

        await console.QuitAsync();
        // The process leaves at once: a crowd's farewells take longer than anybody waits.
        Environment.Exit(0);
    }

    private static async Task ReadAsync(WatchedStream viewer, int number, EndOptions options)
    {
        var track = viewer.Catalog.Tracks.First(one => one.Kind == TrackKind.File).Id;
        var records = await viewer.GetRecordsAsync(track, default);
        var pieces = (int)options.Number("pieces");
        var first = (int)options.Number("from") + (number * pieces);
        var verify = options.Number("verify") != 0;
        for (var i = 0; i < pieces; i++)
        {
            var index = (first + i) % records.Count;
            await using var segment = await viewer.OpenSegmentAsync(records[index].Id, default);
            using var got = new MemoryStream();
            await segment.CopyToAsync(verify ? got : Stream.Null);
            if (verify) await CompareAsync(got, index, options.Text("file"));
        }
    }

    private static async Task CompareAsync(MemoryStream got, int index, string path)
    {
        await using var file = File.OpenRead(path);
        file.Position = (long)index * FileStreamSource.PieceBytes;
        var wanted = new byte[got.Length];
        await file.ReadExactlyAsync(wanted);
        if (wanted.AsSpan().SequenceEqual(got.GetBuffer().AsSpan(0, wanted.Length))) return;
        EndConsole.Say(string.Create(
            CultureInfo.InvariantCulture, $"error piece {index} is not the file's"));
    }
}
