using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Of what others are to fetch, an idle viewer takes over what it is the second in line for at once, and the
/// rest only when nothing comes: two who idle would choose alike.</summary>
public sealed class ShareReliefTests : IDisposable
{
    private const int Blocks = 32;
    private const int Giver = 1;
    private const int Sharers = 2;

    private readonly TestStream _stream =
        new(1, Blocks * ContentLimits.BlockBytes - 200, TimeSpan.Zero, hasOrigin: false);

    private readonly SwarmProbe _probe;

    public ShareReliefTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Swarm.DiscoveryDone(_probe.Now);
        _probe.Join(Giver);
        _probe.Say(Giver, SessionEventKind.Interest, First, count: 0);
        _probe.Say(Giver, SessionEventKind.HaveSegments, First);
        for (var peer = Giver + 1; peer <= Giver + Sharers; peer++)
        {
            _probe.Join(peer);
            _probe.Say(peer, SessionEventKind.Interest, First, 1, (uint)InterestRole.Viewer);
        }

        // Whoever has just come counts as a sharer of everything.
        _probe.Pass(TimeSpan.FromSeconds(1));
        Assert.True(_probe.Swarm.OpenReader(1, First.Segment, _probe.Now));
        _probe.Turn();
    }

    private BlockId First => new(_stream.Records[0].Id, 0, 0);

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void What_another_is_the_second_in_line_for_is_left_to_it_for_a_quarter_of_a_second()
    {
        // Hands of four blocks go round: 0, 3 and 6 are this node's. Of the others' two each are on their way by
        // now, and for the one that is left, the last, another viewer is the second in line.
        var own = Deliver();
        Assert.Equal([0, 1, 2, 3, 12, 13, 14, 15, 24, 25, 26, 27], own);

        _probe.Pass(TimeSpan.FromMilliseconds(240));
        Assert.Empty(Deliver());
        _probe.Pass(TimeSpan.FromMilliseconds(40));

        Assert.Equal([28, 29, 30, 31], Deliver().Take(4).Order());
    }

    /// <summary>Answers what the giver is asked for until it is asked for no more.</summary>
    private List<int> Deliver()
    {
        var blocks = new List<int>();
        while (_probe.TakeCommands(Giver, SessionCommandKind.Request) is { Count: > 0 } requests)
        {
            foreach (var request in requests)
            {
                blocks.Add(request.Block.Index);
                _probe.Deliver(Giver, request);
            }
        }

        return blocks;
    }
}
