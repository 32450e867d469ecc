using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Who is elected leaves what viewers deal of a giver's to them, all but its last seconds.</summary>
public sealed class DealtAtOriginTests : IDisposable
{
    private const int Segments = 10;
    private const int Blocks = 2;
    private const int Giver = 1;
    private const int Relay = 2;
    private const uint ViewerWithoutOrigin = (uint)InterestRole.Viewer;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DueSoon = TimeSpan.FromSeconds(4);

    /// <summary>Who begins to wait for a picture is content with it so much later.</summary>
    private static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(1);

    private readonly TestStream _stream =
        new(Segments, Blocks * ContentLimits.BlockBytes - 200, SegmentTime);

    private readonly SwarmProbe _probe;

    public DealtAtOriginTests()
    {
        _probe = new SwarmProbe(_stream, useOrigin: true);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Swarm.DiscoveryDone(_probe.Now);
    }

    private BlockId First => new(_stream.Records[0].Id, 0, 0);

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void What_a_shared_giver_has_is_not_fetched_before_it_is_due_soon()
    {
        _probe.Join(Giver);
        _probe.Say(Giver, SessionEventKind.Interest, First, count: 0);
        _probe.Say(Giver, SessionEventKind.HaveSegments, First, Segments);
        for (var peer = Relay; peer < Relay + 20; peer++) Join(peer);
        Watch();

        var fetched = FetchedBy(TimeSpan.FromSeconds(8));

        Assert.NotEmpty(fetched);
        Assert.All(fetched, each => Assert.True(Due(each.Key) - each.Value <= DueSoon, $"{each}"));
    }

    private static TimeSpan Due(ulong sequence) => StartBudget + SegmentTime * sequence;

    /// <summary>This node is elected for everything: the others have no origin.</summary>
    private void Join(int peer)
    {
        _probe.Join(peer);
        _probe.Say(peer, SessionEventKind.Interest, First, Segments, ViewerWithoutOrigin);
    }

    private void Watch()
    {
        Assert.True(_probe.Swarm.OpenReader(1, First.Segment, _probe.Now));
        _probe.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, _probe.Now);
        _probe.Turn();
    }

    /// <summary>When the origin was first asked for each segment. It and peers answer at once.</summary>
    private SortedDictionary<ulong, TimeSpan> FetchedBy(TimeSpan end)
    {
        var fetched = new SortedDictionary<ulong, TimeSpan>();
        while (_probe.Now < end)
        {
            _probe.DeliverAll(Giver);
            _probe.DeliverAll(Relay);
            foreach (var effect in _probe.Take(SwarmEffectKind.FetchOrigin))
            {
                fetched.TryAdd(effect.Run!.Record.Id.Sequence, _probe.Now);
                Answer(effect.Run);
            }

            _probe.Pass(Step);
        }

        return fetched;
    }

    private void Answer(OriginRun run)
    {
        var offset = run.Offset;
        foreach (var block in run.Blocks)
        {
            TestStream.Fill(run.Record.Id, offset, block.Lease.Memory.Span);
            offset += block.Lease.Length;
            _probe.Swarm.OriginArrived(block.Ticket, block.Lease,
                ContentTree.HashLeaf(block.Lease.Memory.Span), _probe.Now);
        }

        _probe.Turn();
    }
}
