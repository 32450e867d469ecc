using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Items, nodes, scrapes and samples over real UDP on loopback.</summary>
public sealed class DhtItemTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private static readonly byte[] Seed = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact(Timeout = Limit)]
    public async Task What_is_put_is_found_and_a_newer_version_replaces_it()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(6, cancellation);
        var first = DhtItem.Sign(Seed, "s"u8, 1, "3:one"u8);
        var second = DhtItem.Sign(Seed, "s"u8, 2, "3:two"u8);
        Assert.Equal(5, (await network.Nodes[1].PutItemAsync(first, null, cancellation)).Stored);
        var wrong = await network.Nodes[2].PutItemAsync(second, replaces: 9, cancellation);
        Assert.Equal((0, 5), (wrong.Stored, wrong.Conflicts));
        var right = await network.Nodes[2].PutItemAsync(second, replaces: 1, cancellation);
        Assert.Equal(5, right.Stored);
        var late = await network.Nodes[3].PutItemAsync(first, null, cancellation);
        Assert.Equal(2, late.Newer!.Sequence);
        var found = await network.Nodes[4].GetItemAsync(first.Target, "s"u8.ToArray(), cancellation);
        Assert.Equal("3:two"u8, found!.Value.Span);
        Assert.Null(await network.Nodes[4].GetItemAsync(first.Target, default, cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task A_salt_that_is_too_long_is_refused_and_the_node_goes_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(2, cancellation);
        var (first, second) = (network.Nodes[0], network.Nodes[1]);
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => first.GetItemAsync(
            first.Id, new byte[DhtItem.MaxSaltBytes + 1], cancellation));
        Assert.Equal("salt", error.ParamName);
        Assert.Null(await first.GetItemAsync(
            first.Id, new byte[DhtItem.MaxSaltBytes], cancellation));
        Assert.Equal(second.Id, await first.PingAsync(second.LocalEndPoint, cancellation));
    }

    [Fact(Timeout = Limit)]
    public async Task A_kept_item_is_kept_until_a_newer_one_is_seen()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(4, cancellation);
        var stored = new TaskCompletionSource<int>();
        var first = DhtItem.Sign(Seed, [], 1, "3:one"u8);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var keeping = network.Nodes[1].KeepItemAsync(
            first, count => stored.TrySetResult(count), end.Token);
        Assert.Equal(3, await stored.Task.WaitAsync(cancellation));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping);

        var second = DhtItem.Sign(Seed, [], 2, "3:two"u8);
        Assert.Equal(3, (await network.Nodes[2].PutItemAsync(second, null, cancellation)).Stored);
        var newer = await network.Nodes[1].KeepItemAsync(first, null, cancellation);
        Assert.Equal(2, newer.Sequence);
    }

    [Fact(Timeout = Limit)]
    public async Task A_ping_tells_who_is_there_and_a_search_who_is_near()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(6, cancellation);
        await using var asker = DhtNetwork.NewNode();
        await asker.StartAsync([], cancellation);
        var other = network.Nodes[3];
        Assert.Equal(other.Id, await asker.PingAsync(other.LocalEndPoint, cancellation));
        Assert.Null(await asker.PingAsync(new IPEndPoint(IPAddress.IPv6Loopback, 1), cancellation));
        var found = await network.Nodes[1].FindNodeAsync(other.Id, cancellation);
        Assert.Equal(new DhtContact(other.Id, other.LocalEndPoint), found[0]);
        Assert.Equal(found.OrderBy(node => node.Id ^ other.Id), found);
    }

    [Fact(Timeout = Limit)]
    public async Task Peers_are_counted_and_what_is_stored_is_sampled()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var network = await DhtNetwork.StartAsync(6, cancellation);
        var key = InfoHash.FromStream("a stream"u8);
        await network.Nodes[1].AnnounceAsync(key, 7001, cancellation);
        await network.Nodes[2].AnnounceAsync(key, 7002, cancellation);
        var counted = await network.Nodes[4].ScrapeAsync(key, cancellation);
        // Both have one address, which is all that a filter keeps.
        Assert.InRange(counted.Seeds + counted.Downloaders, 0.9, 1.1);
        List<InfoHash> sampled = [];
        await foreach (var hash in network.Nodes[4].SampleInfoHashesAsync(key.Key, cancellation))
            sampled.Add(hash);
        Assert.Equal([key], sampled.Distinct());
    }
}
