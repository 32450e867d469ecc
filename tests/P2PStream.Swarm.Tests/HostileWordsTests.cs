using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>What peers and a publisher say that costs them nothing, and must not cost others much either.</summary>
public sealed class HostileWordsTests
{
    private const int Giver = 1;
    private const int Liar = 2;

    [Fact]
    public void Segments_that_play_for_ages_are_read_like_any_other()
    {
        using var stream = new TestStream(0, 0, TimeSpan.Zero);
        for (var i = 0; i < 16; i++)
            stream.AddZeros(blocks: 2, start: TimeSpan.Zero, TimeSpan.FromTicks(ContentLimits.LastTick));
        using var probe = new SwarmProbe(stream) { GivesZeros = true };
        stream.PublishTo(probe.Swarm, probe.Now);
        var all = new BlockId(stream.Records[0].Id, 0, 0);
        probe.Join(Giver);
        probe.Say(Giver, SessionEventKind.Interest, all, count: 0);
        probe.Say(Giver, SessionEventKind.HaveSegments, all, count: 16);
        probe.Join(Liar);
        probe.Say(Liar, SessionEventKind.Interest, all, count: 16, (uint)InterestRole.Viewer);

        Assert.True(probe.Swarm.OpenReader(1, all.Segment, probe.Now));
        probe.Turn();
        probe.DeliverAll(Giver);

        Assert.Equal(stream.Length, probe.Swarm.Counters.BytesDelivered);
    }

    [Fact]
    public void To_name_blocks_of_what_is_not_wanted_costs_as_much_as_of_what_is()
    {
        using var stream = new TestStream(0, 0, TimeSpan.Zero);
        var record = stream.AddZeros(ContentLimits.BlocksPerPart, start: TimeSpan.Zero);
        using var probe = new SwarmProbe(stream);
        stream.PublishTo(probe.Swarm, probe.Now);
        probe.Join(Liar);

        Name(times: 50);
        Assert.Empty(probe.Take(SwarmEffectKind.Ban));
        Name(times: 200);

        Assert.Equal(Liar, Assert.Single(probe.Take(SwarmEffectKind.Ban)).Peer);

        void Name(int times)
        {
            for (var i = 0; i < times; i++)
                probe.Say(Liar, SessionEventKind.HaveBlocks, new BlockId(record.Id, 0, 0),
                    ContentLimits.BlocksPerPart);
        }
    }

    /// <summary>Who fetches what is decided anew when a peer turns out to be no viewer.</summary>
    [Theory]
    [InlineData(InterestRole.None)]
    [InlineData(InterestRole.Viewer | InterestRole.LacksGivers)]
    [InlineData(InterestRole.Viewer | InterestRole.UsesOrigin)]
    public void Who_says_that_it_is_this_and_then_that_keeps_nobody_from_the_origin(InterestRole other)
    {
        using var stream = new TestStream(10, 2 * ContentLimits.BlockBytes - 200, TimeSpan.FromSeconds(2));
        using var probe = new SwarmProbe(stream, useOrigin: true);
        stream.PublishTo(probe.Swarm, probe.Now);
        var all = new BlockId(stream.Records[0].Id, 0, 0);
        probe.Join(Giver);
        probe.Say(Giver, SessionEventKind.Interest, all, count: 0);
        probe.Say(Giver, SessionEventKind.HaveSegments, all, count: 10);
        probe.Join(Liar);
        probe.Say(Liar, SessionEventKind.HaveSegments, all, count: 10);
        probe.Swarm.DiscoveryDone(probe.Now);
        Assert.True(probe.Swarm.OpenReader(1, all.Segment, probe.Now));
        probe.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, probe.Now);

        for (var i = 0; i < 300; i++)
        {
            probe.Say(Liar, SessionEventKind.Interest, all, count: 10,
                (uint)(i % 2 == 0 ? InterestRole.Viewer : other));
            probe.Pass(TimeSpan.FromMilliseconds(20));
        }

        Assert.Contains(probe.Effects, effect => effect.Kind == SwarmEffectKind.FetchOrigin);
    }
}
