using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A slow peer's block comes after its request was given up.</summary>
public sealed class LateBlockTests : IDisposable
{
    private const int Slow = 1;
    private const int Other = 2;

    private readonly TestStream _stream =
        new(1, 4 * ContentLimits.BlockBytes, TimeSpan.FromSeconds(2), hasOrigin: false);

    private readonly SwarmProbe _probe;

    public LateBlockTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Slow);
        _probe.Say(Slow, SessionEventKind.HaveSegments, First);
        Assert.True(_probe.Swarm.OpenReader(1, First.Segment, _probe.Now));
        _probe.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, _probe.Now);
        _probe.Turn();
    }

    private BlockId First => new(_stream.Records[0].Id, 0, 0);

    public void Dispose()
    {
        _probe.Dispose();
        _stream.Dispose();
    }

    [Fact]
    public void It_is_of_use_and_nobody_else_need_bring_it()
    {
        var late = _probe.TakeCommands(Slow, SessionCommandKind.Request)
            .First(request => request.Block == First);
        _probe.Join(Other);
        _probe.Say(Other, SessionEventKind.HaveSegments, First);
        _probe.Pass(TimeSpan.FromSeconds(3));
        Assert.Contains(_probe.TakeCommands(Slow, SessionCommandKind.Cancel),
            cancel => cancel.Request == late.Request && cancel.Value == 1);
        var again = _probe.TakeCommands(Other, SessionCommandKind.Request)
            .Last(request => request.Block == First);

        _probe.Deliver(Slow, late);

        Assert.Equal(First, Assert.Single(_probe.Take(SwarmEffectKind.BlockDelivered)).Block);
        Assert.Contains(_probe.TakeCommands(Other, SessionCommandKind.Cancel),
            cancel => cancel.Request == again.Request);
        Assert.Equal(0, _probe.Swarm.Counters.BytesWasted);
    }

    [Fact]
    public void Wrong_bytes_are_thrown_out_all_the_same()
    {
        var late = _probe.TakeCommands(Slow, SessionCommandKind.Request)[0];
        _probe.Pass(TimeSpan.FromSeconds(3));
        _probe.GivesZeros = true;

        _probe.Deliver(Slow, late);

        Assert.Empty(_probe.Take(SwarmEffectKind.BlockDelivered));
        Assert.Equal(1, _probe.Swarm.Counters.RejectedBlocks);
        Assert.Single(_probe.Take(SwarmEffectKind.Ban));
    }
}
