using System.Net;
using P2PStream.Http;
using P2PStream.Protocol;

namespace P2PStream.Transfer;

/// <summary>A viewer that reads on, then seeks; see <see cref="Reading"/>.</summary>
internal static class NodeViewer
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
        var reading = new Reading(options);
        await using var watched = await node.WatchAsync(new StreamLink
        {
            Key = NodeSeed.Key.PublicKey, Name = NodeSeed.StreamName, Peers = peers,
        });
        long fetched = 0;
        watched.BlockDelivered += block => Interlocked.Add(ref fetched, block.Bytes);
        await watched.WaitForCatalogAsync();
        var track = watched.Catalog.Tracks.First(one => one.Kind == TrackKind.File).Id;
        await foreach (var segment in watched.ReadTrackAsync(track))
        {
            await using (segment) await ReadAsync(segment, reading);
            if (reading.Wanted == 0) break;
        }

        var before = Interlocked.Read(ref fetched);
        reading.Seek();
        var records = await watched.GetRecordsAsync(track, default);
        for (var i = (int)(reading.Middle / FileStreamSource.PieceBytes); reading.Wanted > 0; i++)
        {
            await using var segment = await watched.OpenSegmentAsync(records[i].Id, default);
            await ReadAsync(segment, reading);
        }

        reading.Finish(Interlocked.Read(ref fetched) - before);
        await console.QuitAsync();
    }

    private static async Task ReadAsync(MediaSegment segment, Reading reading)
    {
        while (reading.Wanted > 0)
        {
            var read = await segment.Bytes.ReadAsync();
            foreach (var memory in read.Buffer) reading.Got(memory.Span);
            segment.Bytes.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
        }
    }
}
