using P2PStream.Http;

namespace P2PStream.EndToEnd.Tests;

/// <summary>A host may dispose what its container disposes too.</summary>
public sealed class DisposalTests
{
    [Fact]
    public async Task Disposing_a_second_time_does_nothing()
    {
        using var limit = Limits.ForOneTest();
        var origin = await OriginServer.StartAsync(TestMedia.Sample.Folder, null, limit.Token);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        var published = await swarm.PublishAsync(
            new Uri(origin.BaseUri, TestMedia.Sample.Playlist).AbsoluteUri, servesMedia: false,
            limit.Token);
        var watched = await swarm.WatchAsync(limit.Token);
        var gateway = await GatewayServer.StartAsync(watched, null, limit.Token);

        foreach (var owned in (IAsyncDisposable[])[gateway, watched, published, origin])
        {
            await owned.DisposeAsync();
            await owned.DisposeAsync();
        }
    }
}
