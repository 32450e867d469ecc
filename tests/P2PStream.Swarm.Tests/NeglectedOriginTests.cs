using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Who is elected to fetch a segment and only talks of it does not keep others from the origin.</summary>
public sealed class NeglectedOriginTests : IDisposable
{
    private const int Talker = 1;
    private const uint ViewerWithOrigin = (uint)(InterestRole.Viewer | InterestRole.UsesOrigin);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly TestStream _stream =
        new(1, 16 * ContentLimits.BlockBytes, TimeSpan.FromSeconds(2));

    private readonly SwarmProbe _probe;

    public NeglectedOriginTests()
    {
        _probe = new SwarmProbe(_stream, useOrigin: true, self: NotElected());
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Swarm.DiscoveryDone(_probe.Now);
        _probe.Join(Talker);
        _probe.Say(Talker, SessionEventKind.Interest, First, count: 1, value: ViewerWithOrigin);
        Assert.True(_probe.Swarm.OpenReader(1, First.Segment, _probe.Now));
        _probe.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, _probe.Now);
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
    public void Blocks_that_were_announced_before_are_no_progress()
    {
        var fetched = TimeToOrigin(() => _probe.Say(Talker, SessionEventKind.HaveBlocks, First));
        Assert.InRange(fetched, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Whole_segments_said_and_taken_back_are_no_progress()
    {
        var fetched = TimeToOrigin(() =>
        {
            _probe.Say(Talker, SessionEventKind.HaveSegments, First);
            _probe.Say(Talker, SessionEventKind.DroppedSegments, First);
        });
        Assert.InRange(fetched, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_player_that_waits_and_says_so_gets_it_too()
    {
        var sayAgain = TimeSpan.Zero;
        var fetched = TimeToOrigin(() =>
        {
            if (_probe.Now < sayAgain) return;
            sayAgain = _probe.Now + TimeSpan.FromMilliseconds(200);
            _probe.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, _probe.Now);
        });
        Assert.InRange(fetched, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void While_blocks_come_to_exist_the_origin_is_left_alone()
    {
        ushort next = 0;
        var steps = 0;
        var fetched = TimeToOrigin(() =>
        {
            // A block every 200 ms: slow, but it grows.
            if (steps++ % 4 == 0 && next < 15)
                _probe.Say(Talker, SessionEventKind.HaveBlocks, First with { Index = next++ });
        }, give: true);
        Assert.InRange(fetched, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
    }

    /// <summary>How long the segment is left to the elected peer, while that one talks.</summary>
    private TimeSpan TimeToOrigin(Action talk, bool give = false)
    {
        var start = _probe.Now;
        while (_probe.Now - start < TimeSpan.FromSeconds(10))
        {
            talk();
            foreach (var request in _probe.TakeCommands(Talker, SessionCommandKind.Request))
            {
                if (give) _probe.Deliver(Talker, request);
                else Reject(request);
            }

            _probe.Pass(Step);
            if (_probe.Effects.Any(effect => effect.Kind == SwarmEffectKind.FetchOrigin)) break;
        }

        return _probe.Now - start;
    }

    private void Reject(in SessionCommand request)
    {
        request.Lease!.Release();
        _probe.Say(Talker, new SessionEvent
        {
            Kind = SessionEventKind.Rejected,
            Channel = SwarmProbe.Channel,
            Request = request.Request,
            Block = request.Block,
            Value = (uint)RejectReason.Busy,
        });
    }

    /// <summary>An identity for this node with which the talker is elected for the segment.</summary>
    private byte NotElected()
    {
        var talker = new SwarmPeer(
            Talker, SwarmProbe.Identity(Talker), SwarmProbe.Channel, source: 0, TimeSpan.Zero)
        {
            IsViewer = true,
            UsesOrigin = true,
            Budget = new RemoteBudget(TimeSpan.Zero),
        };
        talker.SetInterest(TestStream.Track, 0, 1);
        for (byte self = 2; self < byte.MaxValue; self++)
            if (!OriginElection.IsElected(SwarmProbe.Identity(self), [talker], First.Segment, TimeSpan.Zero))
                return self;
        throw new InvalidOperationException("The talker is never elected.");
    }
}
