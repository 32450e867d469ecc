using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Blocks that were asked for, and come when the player is elsewhere.</summary>
public sealed class LeftBehindTests : IDisposable
{
    private const int Segments = 12;
    private const int Giver = 1;

    private readonly TestStream _stream =
        new(Segments, 4 * ContentLimits.BlockBytes, TimeSpan.FromSeconds(2), hasOrigin: false);

    private readonly SwarmProbe _probe;

    public LeftBehindTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        _probe.Say(Giver, SessionEventKind.HaveSegments, First, Segments);
        Read(0);
    }

    private BlockId First => new(_stream.Records[0].Id, 0, 0);

    public void Dispose()
    {
        _probe.Dispose();
        _stream.Dispose();
    }

    [Fact]
    public void They_are_kept_and_not_asked_for_again_when_it_comes_back()
    {
        var left = _probe.TakeCommands(Giver, SessionCommandKind.Request)
            .First(request => request.Block == First);
        _probe.Swarm.CloseReader(0);
        Read(10);
        Assert.Contains(_probe.TakeCommands(Giver, SessionCommandKind.Cancel),
            cancel => cancel.Request == left.Request);

        _probe.Deliver(Giver, left);
        Read(0);

        Assert.Equal(First, Assert.Single(_probe.Take(SwarmEffectKind.BlockDelivered)).Block);
        Assert.Equal(0, _probe.Swarm.Counters.BytesWasted);
        Assert.DoesNotContain(_probe.TakeCommands(Giver, SessionCommandKind.Request),
            request => request.Block == First);
    }

    private void Read(int segment)
    {
        Assert.True(_probe.Swarm.OpenReader((uint)segment, _stream.Records[segment].Id, _probe.Now));
        _probe.Swarm.Play(_stream.Records[segment].Start, isMoving: false, 1, _probe.Now);
        _probe.Turn();
    }
}
