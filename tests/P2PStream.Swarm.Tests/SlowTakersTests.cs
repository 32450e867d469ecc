using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Peers that ask for blocks and do not take them: what they were promised stays in memory until they
/// do.</summary>
public sealed class SlowTakersTests : IDisposable
{
    private const int Segments = 12;
    private const int Blocks = 16;
    private const int Giver = 1;
    private const int PoolBlocks = 4 * Blocks;

    private static readonly int[] Takers = [2, 3, 4];

    private readonly TestStream _stream = new(Segments, segmentBytes: 0, TimeSpan.FromSeconds(2),
        sizes: [.. Enumerable.Repeat(Blocks * ContentLimits.BlockBytes, Segments)]);

    private readonly SwarmProbe _probe;
    private uint _requests;

    public SlowTakersTests()
    {
        _probe = new SwarmProbe(_stream, poolBlocks: PoolBlocks);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        foreach (var taker in Takers) _probe.Join(taker);
        _probe.Say(Giver, SessionEventKind.HaveSegments, new BlockId(_stream.Records[0].Id, 0, 0), Segments);
    }

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_leave_a_viewer_the_memory_that_it_plays_from(bool subscribe)
    {
        for (var i = 0; i < Segments; i++)
        {
            Assert.True(_probe.Swarm.OpenReader((uint)i, _stream.Records[i].Id, _probe.Now));
            if (subscribe) AskForAll(i, isSubscription: true);
            _probe.Turn();
            _probe.DeliverAll(Giver);
            AskForAll(i, isSubscription: false);

            Assert.Equal((uint)i, Assert.Single(_probe.Take(SwarmEffectKind.ReaderCompleted)).Number);
            foreach (var read in _probe.Take(SwarmEffectKind.ReaderBlock)) read.Lease!.Release();
        }
    }

    [Fact]
    public void Who_asks_after_them_is_served_all_the_same()
    {
        Assert.True(_probe.Swarm.OpenReader(0, _stream.Records[0].Id, _probe.Now));
        _probe.Turn();
        _probe.DeliverAll(Giver);
        AskForAll(0, isSubscription: false);
        _probe.Join(9);

        Ask(9, new BlockId(_stream.Records[0].Id, 0, 0), isSubscription: false);

        Assert.Single(Served(9));
    }

    private void AskForAll(int segment, bool isSubscription)
    {
        foreach (var taker in Takers)
            for (ushort i = 0; i < Blocks; i++)
                Ask(taker, new BlockId(_stream.Records[segment].Id, 0, i), isSubscription);
    }

    private void Ask(int peer, BlockId block, bool isSubscription) => _probe.Say(peer, new SessionEvent
    {
        Kind = SessionEventKind.Requested,
        Channel = SwarmProbe.Channel,
        Request = _requests++,
        Block = block,
        Deadline = TimeSpan.FromSeconds(1),
        Value = isSubscription ? 1u : 0u,
    });

    private IEnumerable<SessionCommand> Served(int peer) => _probe.Effects
        .Where(effect => effect.Kind == SwarmEffectKind.Command && effect.Peer == peer
            && effect.Command.Kind == SessionCommandKind.Serve)
        .Select(effect => effect.Command);
}
