using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>Nodes and streams for tests, and waiting for a condition within bounds.</summary>
internal static class Nodes
{
    public static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>Longer than anything takes on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static int _lastId;

    public static StreamNodeOptions Tcp() => new() { EnableDht = false };

    public static StreamNodeOptions Memory(MemoryNetwork network)
    {
        var id = new byte[Hash256.Size];
        BitConverter.TryWriteBytes(id, Interlocked.Increment(ref _lastId));
        return new StreamNodeOptions
        {
            EnableDht = false,
            Transport = new MemoryTransport(network, new PeerId(new Hash256(id))),
            TransportListen = new TransportAddress(MemoryTransport.AddressTag, "node:0"),
        };
    }

    public static async Task<PublishedStream> PublishAsync(StreamNode node, IStreamSource source)
    {
        using var key = RootKey.FromSeed(Seed);
        return await node.PublishAsync(source, new PublishOptions { Key = key, Name = "film" },
            TestContext.Current.CancellationToken);
    }

    public static async Task<byte[]> PlayAsync(WatchedStream watched)
    {
        using var output = new MemoryStream();
        await watched.PlayAsync(new PipePlayer(output), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    public static Task UntilAsync(Func<bool> condition, string what) =>
        UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Not so: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
