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

    [Fact]
    public async Task Who_shares_our_prefix_is_near()
    {
        var options = Nodes.Memory(new MemoryNetwork());
        options.TransportListen = new TransportAddress(MemoryTransport.AddressTag, "203.0.113.9:5");
        await using var node = await StreamNode.StartAsync(options, Cancelled);
        var link = new StreamLink
        {
            Key = new Hash256(Nodes.Seed),
            Name = "film",
            Peers = ["198.51.100.1:1", "203.0.113.7:1", "203.0.1.1:1"],
        };

        await using var watched = await node.WatchAsync(link, null, Cancelled);

        Assert.Equal(
            [PeerProximity.Elsewhere, PeerProximity.SameSite, PeerProximity.SameProvider],
            (await watched.GetCandidatesAsync(Cancelled)).Select(candidate => candidate.Proximity));
    }

    private static Task<StreamNode> StartAsync(MemoryNetwork network, bool exchanges = true)
    {
        var options = Nodes.Memory(network);
        options.ExchangePeers = exchanges;
        return StreamNode.StartAsync(options, Cancelled);
    }
}
