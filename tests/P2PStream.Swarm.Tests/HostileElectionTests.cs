using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Peers that are elected and do not fetch, or say that they have what they do not give, cost a
/// viewer little: the origin is there.</summary>
public sealed class HostileElectionTests(ITestOutputHelper output)
{
    private const int Segments = 30;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(2);

    public enum Lie
    {
        /// <summary>Follows everything, has nothing, fetches nothing.</summary>
        Follows,

        /// <summary>Says that it has the first block of each segment.</summary>
        NamesFirst,

        /// <summary>Says that it has each block of each segment.</summary>
        NamesAll,

        /// <summary>Names one more block of each segment every 0.9 s.</summary>
        Drips,
    }

    [Theory]
    [InlineData(Lie.Follows, 1)]
    [InlineData(Lie.Follows, 20)]
    [InlineData(Lie.NamesFirst, 1)]
    [InlineData(Lie.NamesAll, 1)]
    [InlineData(Lie.Drips, 1)]
    public void Liars_cost_a_moment(Lie lie, int liars)
    {
        var clock = new VirtualClock();
        using var stream = new TestStream(Segments, 250_000, SegmentTime);
        var origin = new VirtualOrigin(clock, 12.5e6) { Latency = TimeSpan.FromMilliseconds(30) };
        var node = new VirtualNode(clock, stream, 1, isViewer: true, origin);
        stream.PublishTo(node.Swarm, clock.Now);
        node.Swarm.DiscoveryDone(clock.Now);
        for (var i = 0; i < liars; i++) Join(node, stream, lie, 500 + i);
        if (lie == Lie.Drips) Drip(node, stream, 500, 0);

        node.Player.Start();
        clock.RunUntil(TimeSpan.FromMinutes(10), () => node.Player.IsDone);

        var player = node.Player;
        output.WriteLine($"start-up {player.StartUp}, {player.Stalls} stalls, {player.StalledFor}, "
            + $"{(double)origin.BytesServed / stream.Length:0.00} copies");
        Assert.True(player.IsDone);
        Assert.InRange(player.StartUp!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.InRange(player.StalledFor, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Viewers_without_an_origin_are_not_elected(int withoutOrigin)
    {
        var clock = new VirtualClock();
        using var stream = new TestStream(Segments, 125_000, TimeSpan.FromSeconds(1));
        var origin = new VirtualOrigin(clock, 12.5e6) { Latency = TimeSpan.FromMilliseconds(30) };
        var publisher = new VirtualNode(clock, stream, 100, isViewer: false, origin: null);
        stream.PublishTo(publisher.Swarm, clock.Now);
        var viewers = new List<VirtualNode>();
        for (var i = 0; i < 8; i++)
        {
            var viewer = new VirtualNode(
                clock, stream, i, isViewer: true, i < withoutOrigin ? null : origin);
            viewer.Dial(publisher);
            foreach (var other in viewers) viewer.Dial(other);
            viewers.Add(viewer);
            viewer.Swarm.DiscoveryDone(clock.Now);
        }

        foreach (var viewer in viewers) viewer.Player.Start();
        clock.RunUntil(TimeSpan.FromMinutes(5), () => viewers.TrueForAll(each => each.Player.IsDone));

        Assert.All(viewers, viewer => Assert.True(viewer.Player.IsDone));
        Assert.All(viewers, viewer => Assert.Equal(0, viewer.Player.Stalls));
        Assert.InRange((double)origin.BytesServed / stream.Length, 1.0, 1.05);
    }

    private static void Join(VirtualNode node, TestStream stream, Lie lie, int number)
    {
        Assert.True(node.Swarm.PeerJoined(number, SwarmProbe.Identity((byte)(number - 490)),
            SwarmProbe.Channel, listens: null, "", TimeSpan.Zero, node.Clock.Now));
        node.Swarm.Receive(number, new SessionEvent
        {
            Kind = SessionEventKind.Interest,
            Channel = SwarmProbe.Channel,
            Block = new BlockId(stream.Records[0].Id, 0, 0),
            Count = 1000,
            Value = (uint)(InterestRole.Viewer | InterestRole.UsesOrigin),
        }, node.Clock.Now);
        if (lie is not (Lie.NamesFirst or Lie.NamesAll)) return;
        foreach (var record in stream.Records)
            Name(node, number, record, 0, lie == Lie.NamesAll ? (uint)record.Blocks() : 1);
    }

    private static void Drip(VirtualNode node, TestStream stream, int number, ushort next)
    {
        foreach (var record in stream.Records)
            if (next < record.Blocks()) Name(node, number, record, next, 1);
        node.Turn();
        if (next < ushort.MaxValue)
            node.Clock.After(TimeSpan.FromMilliseconds(900),
                () => Drip(node, stream, number, (ushort)(next + 1)));
    }

    private static void Name(
        VirtualNode node, int number, SegmentRecord record, ushort first, uint count) =>
        node.Swarm.Receive(number, new SessionEvent
        {
            Kind = SessionEventKind.HaveBlocks,
            Channel = SwarmProbe.Channel,
            Block = new BlockId(record.Id, 0, first),
            Count = count,
        }, node.Clock.Now);
}
