using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>DHT nodes whose names have no address keep nobody from anything.</summary>
public sealed class BootstrapNamesTests
{
    private const string Unknown = "no-such-host.invalid:6881";

    private static readonly IPEndPoint Address = new(IPAddress.Loopback, 6881);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_starts_without_them()
    {
        var options = new StreamNodeOptions { Bootstrap = { Unknown } };
        await using var node = await StreamNode.StartAsync(options, Cancelled);
        Assert.NotNull(node.Dht);
    }

    [Fact]
    public async Task The_others_are_found_and_the_missing_are_named()
    {
        var missing = new List<string>();
        var found = await new BootstrapNames(NullLogger.Instance, TimeProvider.System, ResolveAsync)
            .ResolveAsync(["down:1", "up:1", "nonsense", "down:2"], missing, Cancelled);
        Assert.Equal([Address], found);
        Assert.Equal(["down:1", "down:2"], missing);
    }

    [Fact]
    public async Task They_are_looked_up_again_until_they_have_one()
    {
        var clock = new FakeTimeProvider();
        var lookUps = 0;
        var names = new BootstrapNames(NullLogger.Instance, clock, (_, _) => ++lookUps < 3
            ? throw new SocketException((int)SocketError.HostNotFound)
            : ValueTask.FromResult<IReadOnlyList<IPEndPoint>>([Address]));
        var joined = new List<IPEndPoint>();
        var resolving = names.ResolveLaterAsync(["late:1"], (found, _) =>
        {
            joined.AddRange(found);
            return Task.CompletedTask;
        }, Cancelled);

        clock.Advance(BootstrapNames.FirstPause);
        Assert.Equal(1, lookUps);
        clock.Advance(BootstrapNames.FirstPause);
        Assert.Equal(1, lookUps);
        clock.Advance(BootstrapNames.FirstPause);
        Assert.Equal(2, lookUps);
        clock.Advance(4 * BootstrapNames.FirstPause);

        await resolving.WaitAsync(Nodes.Patience, Cancelled);
        Assert.Equal([Address], joined);
    }

    [Fact]
    public async Task One_hint_of_a_link_does_not_spoil_the_others()
    {
        await using var dht = new DhtNode(UdpDatagramSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0)),
            new DhtNodeOptions(), TimeProvider.System);
        await dht.StartAsync([], Cancelled);
        await using var publisher = await StreamNode.StartAsync(
            new StreamNodeOptions { Bootstrap = { dht.LocalEndPoint.ToString() } }, Cancelled);
        var source = new GeneratedSource(2, 100_000, TimeSpan.FromSeconds(2));
        await using var published = await Nodes.PublishAsync(publisher, source);
        await using var viewer = await StreamNode.StartAsync(new StreamNodeOptions(), Cancelled);
        var link = new StreamLink
        {
            Key = published.Link.Key,
            Name = published.Link.Name,
            Bootstrap = [Unknown, dht.LocalEndPoint.ToString()],
        };

        await using var watched = await viewer.WatchAsync(link, null, Cancelled);

        Assert.Equal(source.AllVideo(), await Nodes.PlayAsync(watched));
    }

    private static ValueTask<IReadOnlyList<IPEndPoint>> ResolveAsync(
        HostPort name, CancellationToken cancellationToken) => name.Host == "up"
        ? ValueTask.FromResult<IReadOnlyList<IPEndPoint>>([Address])
        : throw new SocketException((int)SocketError.HostNotFound);
}
