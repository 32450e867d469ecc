using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>Viewers have the records of tracks that they do not watch, so that others can without the
/// publisher.</summary>
public sealed class UnwatchedTrackTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_is_linked_to_a_viewer_alone_has_the_records_of_every_track()
    {
        var network = new MemoryNetwork();
        await using var publisher = await StartAsync(network);
        await using var viewer = await StartAsync(network);
        await using var other = await StartAsync(network);
        var source = new GeneratedSource(200, 10, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        await watched.WaitForCatalogAsync(Cancelled);
        // It reads no video.
        await watched.GetRecordsAsync(GeneratedSource.Initialization, Cancelled);

        var link = published.Link with { Peers = [viewer.DialAddress] };
        await using var late = await other.WatchAsync(link, null, Cancelled);
        await late.WaitForCatalogAsync(Cancelled);
        var records = await late.GetRecordsAsync(GeneratedSource.Video, Cancelled)
            .AsTask().WaitAsync(Nodes.Patience, Cancelled);

        Assert.Equal(200, records.Count);
        Assert.Equal([viewer.DialAddress], (await late.GetCandidatesAsync(Cancelled))
            .Select(candidate => candidate.Address.Value));
    }

    private static Task<StreamNode> StartAsync(MemoryNetwork network)
    {
        var options = Nodes.Memory(network);
        options.ExchangePeers = false;
        return StreamNode.StartAsync(options, Cancelled);
    }
}
