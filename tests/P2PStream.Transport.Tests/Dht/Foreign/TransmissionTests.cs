using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Our nodes and Transmission's in one network.</summary>
public sealed class TransmissionTests : IDisposable
{
    /// <summary>It calls its DHT good enough for a search when it knows nine nodes.</summary>
    private const int Neighbours = 12;

    private static readonly InfoHash Key = InfoHash.FromStream("shared with Transmission"u8);

    /// <summary>It gets to know a node every second or two, waits up to 20 s before its first search, and
    /// its searches are slow.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private readonly CancellationTokenSource _limit =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public TransmissionTests() => _limit.CancelAfter(Limit);

    private CancellationToken Cancellation => _limit.Token;

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task We_join_through_it_and_it_stores_what_we_announce_and_tells_it()
    {
        await using var transmission = await TransmissionDaemon.PrepareOrSkipAsync(Cancellation);
        await transmission.StartAsync();
        await using (var publisher = transmission.NewNode(1))
        {
            await publisher.StartAsync([TransmissionDaemon.EndPoint], Cancellation);
            Assert.True(await publisher.BootstrapAsync(Cancellation));
            Assert.Equal(1, await publisher.AnnounceAsync(Key, 4711, Cancellation));
        }

        // The publisher is gone: only Transmission knows now.
        await using var viewer = transmission.NewNode(2);
        await viewer.StartAsync([TransmissionDaemon.EndPoint], Cancellation);
        var expected = new IPEndPoint(TransmissionDaemon.Address(1), 4711);
        Assert.Equal(expected, await FindAsync(viewer, peer => true));
    }

    [Fact]
    public async Task It_finds_whom_we_announced_and_we_find_it()
    {
        await using var transmission = await TransmissionDaemon.PrepareOrSkipAsync(Cancellation);
        var nodes = new List<DhtNode>();
        try
        {
            for (var i = 1; i <= Neighbours; i++) nodes.Add(transmission.NewNode(i));
            await transmission.StartAsync(nodes);
            await transmission.AddAsync(Key, Cancellation);
            await Task.WhenAll(nodes.Select(async node =>
            {
                await node.StartAsync([TransmissionDaemon.EndPoint], Cancellation);
                Assert.True(await node.BootstrapAsync(Cancellation));
            }));
            using var listener = transmission.Listen(1);
            var port = (ushort)((IPEndPoint)listener.LocalEndpoint).Port;
            // The eight nearest keep it, and the four nearest of each path.
            Assert.InRange(await nodes[0].AnnounceAsync(Key, port, Cancellation), 1, Neighbours);

            // It has found us when it dials, and announced itself when another of ours finds it.
            var found = FindAsync(nodes[^1], TransmissionDaemon.EndPoint.Equals);
            using var link = await listener.AcceptSocketAsync(Cancellation);
            Assert.Equal(
                TransmissionDaemon.EndPoint.Address, ((IPEndPoint)link.RemoteEndPoint!).Address);
            await found;
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    private async Task<IPEndPoint> FindAsync(DhtNode node, Func<IPEndPoint, bool> isWanted)
    {
        while (true)
        {
            await foreach (var peer in node.GetPeersAsync(Key, Cancellation))
                if (isWanted(peer)) return peer;
            await Task.Delay(250, Cancellation);
        }
    }
}
