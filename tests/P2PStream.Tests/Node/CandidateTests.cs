using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>A host can see whom its node may dial, and who told.</summary>
public sealed class CandidateTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_sees_who_is_linked_and_who_told_of_whom()
    {
        var network = new MemoryNetwork();
        // Who believes nobody dials nobody, so that both links are the late viewer's.
        await using var publisher = await StartAsync(network, exchanges: false);
        await using var first = await StartAsync(network);
        await using var second = await StartAsync(network);
        var source = new GeneratedSource(1, 1000, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        await using var early = await first.WatchAsync(published.Link, null, Cancelled);
        await early.WaitForCatalogAsync(Cancelled);

        // It names the first viewer only, which tells of the publisher.
        var link = published.Link with { Peers = [first.DialAddress] };
        await using var late = await second.WatchAsync(link, null, Cancelled);
        IReadOnlyList<PeerCandidate> candidates = [];
        await Nodes.UntilAsync(async () =>
        {
            candidates = await late.GetCandidatesAsync(Cancelled);
            return candidates.Count(candidate => candidate.State == CandidateState.Linked) == 2;
        }, "both are linked");

        Assert.Equal(
            [
                (first.DialAddress, CandidateSource.Link),
                (publisher.DialAddress, CandidateSource.PeerExchange),
            ], candidates.Select(candidate => (candidate.Address.Value, candidate.Source)));
        Assert.All(candidates, candidate => Assert.Equal(0, candidate.Failures));
    }

    private static Task<StreamNode> StartAsync(MemoryNetwork network, bool exchanges = true)
    {
        var options = Nodes.Memory(network);
        options.ExchangePeers = exchanges;
        return StreamNode.StartAsync(options, Cancelled);
    }
}
