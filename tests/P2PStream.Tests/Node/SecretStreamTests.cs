using System.Net;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>A stream whose viewers share a secret: who has it finds and joins them, and nobody
/// else.</summary>
public sealed class SecretStreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_link_without_any_address_is_enough_to_watch()
    {
        await using var dht = await StartDhtAsync();
        await using var publisher = await StartAsync(dht);
        await using var viewer = await StartAsync(dht);
        var source = Source();
        await using var published = await PublishAsync(publisher, source);
        Assert.True(StreamLink.TryParse(published.Link.ToString(), out var link, out _));
        Assert.NotNull(link.Secret);

        await using var watched = await viewer.WatchAsync(
            link with { Peers = [], Bootstrap = [] }, null, Cancelled);

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));
    }

    [Fact]
    public async Task Neither_its_peers_nor_its_item_are_where_outsiders_look()
    {
        await using var dht = await StartDhtAsync();
        await using var publisher = await StartAsync(dht);
        await using var published = await PublishAsync(publisher, Source());
        await Nodes.UntilAsync(
            () => dht.Statistics is { Items: 1, Peers: 1 }, "the publisher is announced");
        var (stream, secret) = (published.Link.StreamId, published.Link.Secret);

        Assert.Single(await PeersAsync(dht, StreamInfoHash.Of(stream, secret)));
        Assert.Empty(await PeersAsync(dht, StreamInfoHash.Of(stream, null)));
        var key = published.Link.Key.ToArray();
        foreach (var (known, isThere) in new[] { (secret, true), (null, false) })
        {
            var salt = StreamItem.SaltOf(stream, known);
            var item = await dht.GetItemAsync(
                Discovery.DhtItem.TargetOf(key, salt), salt, Cancelled);
            Assert.Equal(isThere, item is not null);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_has_not_the_secret_is_told_nothing_although_it_knows_the_way(bool guesses)
    {
        await using var publisher = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        await using var viewer = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        await using var outsider = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        var source = Source();
        await using var published = await PublishAsync(publisher, source);
        await using var watched = await viewer.WatchAsync(published.Link, null, Cancelled);
        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));

        var link = published.Link with
        {
            Secret = guesses ? new StreamSecret(published.Link.Key) : null,
            Peers = [publisher.DialAddress, viewer.DialAddress],
        };
        await using var outside = await outsider.WatchAsync(link, null, Cancelled);
        // Both were reached, and said no: they may be asked again later.
        IReadOnlyList<PeerCandidate> candidates = [];
        await Nodes.UntilAsync(async () =>
        {
            candidates = await outside.GetCandidatesAsync(Cancelled);
            return candidates.All(candidate => candidate.Failures > 0);
        }, "both have refused");

        Assert.Equal(2, candidates.Count);
        Assert.Equal(0, outside.Statistics.BytesDelivered);
        Assert.Throws<InvalidOperationException>(() => outside.Catalog);
        // Nor did they take it for a peer.
        Assert.Equal([publisher.DialAddress], (await watched.GetCandidatesAsync(Cancelled))
            .Select(candidate => candidate.Address.Value));
    }

    [Fact]
    public async Task Who_accepts_without_the_secret_has_learned_nothing_but_that_somebody_asked()
    {
        var network = new MemoryNetwork();
        await using var impostor = await Impostor.StartAsync(network);
        await using var viewer = await StreamNode.StartAsync(Nodes.Memory(network), Cancelled);
        var link = new StreamLink
        {
            Key = new Hash256(Nodes.Seed),
            Name = "film",
            Secret = new StreamSecret(new Hash256(Nodes.Seed)),
            Peers = [impostor.Address],
        };
        await using var watched = await viewer.WatchAsync(link, null, Cancelled);

        await Nodes.UntilAsync(() => impostor.Events.LastOrDefault().Kind == SessionEventKind.Ended,
            "it is found out");

        Assert.Equal((uint)SessionEndReason.ProtocolViolation, impostor.Events.Last().Value);
        Assert.Equal(
            [SessionEventKind.ChannelOpening, SessionEventKind.Credit],
            impostor.Events.Where(e => e.Channel != 0).Select(e => e.Kind)
                .Except([SessionEventKind.ChannelClosed]));
        var opening = impostor.Events.Single(e => e.Kind == SessionEventKind.ChannelOpening);
        Assert.Equal(default, opening.Stream);
        Assert.Equal(Hash256.Size, opening.Payload.Length);
    }

    [Fact]
    public async Task Who_does_not_answer_is_given_up_with_its_link()
    {
        var network = new MemoryNetwork();
        var clock = new FakeTimeProvider();
        await using var silent = await Impostor.StartAsync(network, answers: false);
        var options = Nodes.Memory(network);
        options.Time = clock;
        await using var viewer = await StreamNode.StartAsync(options, Cancelled);
        var link = new StreamLink
        {
            Key = new Hash256(Nodes.Seed),
            Name = "film",
            Secret = new StreamSecret(new Hash256(Nodes.Seed)),
            Peers = [silent.Address],
        };
        await using var watched = await viewer.WatchAsync(link, null, Cancelled);
        await Nodes.UntilAsync(
            () => silent.Events.Any(e => e.Kind == SessionEventKind.ChannelOpening), "it is asked");

        clock.Advance(TimeSpan.FromSeconds(11));

        await Nodes.UntilAsync(
            () => silent.Events.Any(e => e.Kind == SessionEventKind.ChannelClosed), "it is asked no more");
        await Nodes.UntilAsync(async () => (await watched.GetCandidatesAsync(Cancelled))
            .Single().Failures == 1, "the dial has failed");
    }

    [Fact]
    public async Task A_viewer_that_came_before_the_publisher_is_let_in_later()
    {
        await using var publisher = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        await using var viewer = await StreamNode.StartAsync(Nodes.Tcp(), Cancelled);
        var source = Source();
        StreamLink link;
        await using (var early = await PublishAsync(publisher, Source())) link = early.Link;
        await using var watched = await viewer.WatchAsync(link, null, Cancelled);
        await Nodes.UntilAsync(async () => (await watched.GetCandidatesAsync(Cancelled))
            .All(candidate => candidate.Failures > 0), "it is refused");

        await using var published = await PublishAsync(publisher, source);

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));
    }

    private static GeneratedSource Source() => new(2, 100_000, TimeSpan.FromSeconds(2));

    private static async Task<PublishedStream> PublishAsync(StreamNode node, IStreamSource source)
    {
        using var key = RootKey.FromSeed(Nodes.Seed);
        return await node.PublishAsync(source, new PublishOptions
        {
            Key = key,
            Name = "film",
            Secret = key.SecretFor("film"),
        }, Cancelled);
    }

    private static async Task<List<IPEndPoint>> PeersAsync(DhtNode dht, Discovery.InfoHash key)
    {
        var peers = new List<IPEndPoint>();
        await foreach (var peer in dht.GetPeersAsync(key, Cancelled)) peers.Add(peer);
        return peers;
    }

    private static async Task<DhtNode> StartDhtAsync()
    {
        var node = new DhtNode(UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0)),
            new DhtNodeOptions(), TimeProvider.System);
        await node.StartAsync([], Cancelled);
        return node;
    }

    private static Task<StreamNode> StartAsync(DhtNode dht) =>
        StreamNode.StartAsync(
            new StreamNodeOptions { Bootstrap = { dht.LocalEndPoint.ToString() } }, Cancelled);
}
