using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Whose hands of a shared giver's segments are whose to bring.</summary>
public sealed class DealtHandsTests : IDisposable
{
    private const int Segments = 12;
    private const int Blocks = 16;
    private const int Giver = 1;
    private const int Viewers = 8;

    /// <summary>A viewer that has some of it.</summary>
    private const int Other = 2;

    /// <summary>Where this node's player is.</summary>
    private const int Here = 5;

    private readonly TestStream _stream =
        new(Segments, Blocks * ContentLimits.BlockBytes - 200, TimeSpan.FromSeconds(2), hasOrigin: false);

    private readonly SwarmProbe _probe;
    private readonly Queue<SessionCommand> _asked = new();

    public DealtHandsTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        _probe.Say(Giver, SessionEventKind.Interest, At(0), count: 0);
        _probe.Say(Giver, SessionEventKind.HaveSegments, At(0), Segments);
    }

    public void Dispose()
    {
        foreach (var request in _asked) request.Lease!.Release();
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void Who_comes_to_a_segment_at_the_same_time_brings_some_of_them()
    {
        Watch(othersAreAt: Here);
        Pass(TimeSpan.FromSeconds(4));
        Assert.InRange(GivenOf(Here + 4), 0, Blocks - 1);
    }

    [Fact]
    public void Who_comes_to_a_segment_much_later_brings_none_of_them()
    {
        Watch(othersAreAt: 0);
        Pass(TimeSpan.FromSeconds(4));
        Assert.Equal(Blocks, GivenOf(Here + 4));
    }

    [Fact]
    public void What_a_viewer_has_by_now_is_left_to_him_while_there_is_time()
    {
        _probe.Join(Other);
        _probe.Say(Other, SessionEventKind.Interest, At(0), count: 0, (uint)InterestRole.Viewer);
        _probe.Say(Other, SessionEventKind.HaveSegments, At(Here + 5));
        Watch(othersAreAt: 0);
        Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(Blocks, GivenOf(Here + 4));
        Assert.Equal(0, GivenOf(Here + 5));
    }

    private void Watch(int othersAreAt)
    {
        for (var peer = Other + 1; peer <= Other + Viewers; peer++)
        {
            _probe.Join(peer);
            _probe.Say(peer, SessionEventKind.Interest, At(othersAreAt),
                (uint)(Segments - othersAreAt), (uint)InterestRole.Viewer);
        }

        Assert.True(_probe.Swarm.OpenReader(1, _stream.Records[Here].Id, _probe.Now));
        _probe.Swarm.Play(_stream.Records[Here].Start, isMoving: false, 1, _probe.Now);
        _probe.Turn();
    }

    /// <summary>The giver sends a block every 20 ms: 800 kB/s, with which it could carry some but not all.</summary>
    private void Pass(TimeSpan time)
    {
        for (var end = _probe.Now + time; _probe.Now < end;)
        {
            foreach (var request in _probe.TakeCommands(Giver, SessionCommandKind.Request)) _asked.Enqueue(request);
            if (_asked.TryDequeue(out var next)) _probe.Deliver(Giver, next);
            _probe.Pass(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Blocks of a segment that the giver has brought.</summary>
    private int GivenOf(int segment) => _probe.Effects.Count(effect => effect.Kind == SwarmEffectKind.BlockDelivered
        && effect.Peer == Giver && effect.Block.Segment == _stream.Records[segment].Id);

    private BlockId At(int segment) => new(_stream.Records[segment].Id, 0, 0);
}
