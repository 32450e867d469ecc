using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A viewer among many leaves most of a publisher's blocks to others, until the publisher says that it
/// has nothing else to send.</summary>
public sealed class InvitedViewerTests : IDisposable
{
    private const int Segments = 4;
    private const int Blocks = 40;
    private const int Giver = 1;
    private const int Others = 20;

    private readonly TestStream _stream =
        new(Segments, Blocks * ContentLimits.BlockBytes - 200, TimeSpan.FromSeconds(2), hasOrigin: false);

    private readonly SwarmProbe _probe;

    public InvitedViewerTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        for (var peer = Giver; peer <= Giver + Others; peer++) _probe.Join(peer);
        _probe.Say(Giver, SessionEventKind.Interest, First, count: 0);
        for (var peer = Giver + 1; peer <= Giver + Others; peer++)
            _probe.Say(peer, SessionEventKind.Interest, First, Segments, (uint)InterestRole.Viewer);
        _probe.Say(Giver, SessionEventKind.HaveSegments, First, Segments);
        // Due in ten seconds: nobody steps in yet.
        Assert.True(_probe.Swarm.OpenReader(1, First.Segment, _probe.Now));
        _probe.Swarm.Play(TimeSpan.FromSeconds(-10), isMoving: true, 1, _probe.Now);
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
    public void It_asks_for_what_it_is_invited_to_and_for_nothing_else()
    {
        var dealt = Asked();
        var other = Enumerable.Range(0, Blocks).First(block => !dealt.Contains(block));

        _probe.Say(Giver, SessionEventKind.HaveBlocks, First with { Index = (ushort)other });

        Assert.Equal([other], Asked());
    }

    /// <summary>The blocks of the first segment that it asks the publisher for, and gets.</summary>
    private List<int> Asked()
    {
        var blocks = new List<int>();
        _probe.DeliverAll(Giver, block =>
        {
            if (block.Segment == First.Segment) blocks.Add(block.Index);
            return true;
        });
        return blocks;
    }
}
