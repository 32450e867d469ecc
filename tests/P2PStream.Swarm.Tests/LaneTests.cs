using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Lanes are opened for who reads, and closed when nobody does.</summary>
public sealed class LaneTests : IDisposable
{
    private const int Giver = 1;
    private const int Subtitles = 100;

    private readonly TestStream _stream = new(
        segments: 4, 40_000, TimeSpan.FromSeconds(2), subtitles: Subtitles);

    private readonly SwarmProbe _probe;

    public LaneTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        foreach (var record in _stream.Records.Concat(_stream.Subtitles))
            _probe.Say(Giver, SessionEventKind.HaveSegments, new BlockId(record.Id, 0, 0));
    }

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void A_hundred_tracks_can_be_read_one_after_another()
    {
        for (var i = 0; i < Subtitles; i++)
        {
            Assert.True(Open((uint)i + 1, _stream.Subtitles[i]));
            Assert.Equal(1, _probe.DeliverAll(Giver));
            _probe.Pass(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(Subtitles, _probe.Take(SwarmEffectKind.ReaderCompleted).Count);
    }

    [Fact]
    public void Tracks_that_are_read_at_once_are_refused_beyond_a_limit_and_stay_open()
    {
        var opened = 0;
        while (opened < Subtitles && Open((uint)opened + 1, _stream.Subtitles[opened])) opened++;
        Assert.Equal(LaneRack.MostLanes, opened);

        Assert.Equal(opened, _probe.DeliverAll(Giver));
        Assert.True(Open(1000, _stream.Subtitles[opened]));
        _probe.DeliverAll(Giver);
        Assert.Equal(opened + 1, _probe.Take(SwarmEffectKind.ReaderCompleted).Count);
    }

    [Fact]
    public void What_nobody_reads_any_more_is_let_go_after_a_while()
    {
        Assert.True(Open(1, _stream.Records[0]));
        _probe.Swarm.CloseReader(1);
        Interest();
        _probe.Pass(TimeSpan.FromMinutes(4));
        Assert.DoesNotContain(Interest(), command => command.Count == 0);

        _probe.Pass(TimeSpan.FromMinutes(2));

        Assert.Contains(Interest(), command => command.Count == 0
            && command.Block.Segment.Track == TestStream.Track);
        Assert.True(Open(2, _stream.Records[0]));
        _probe.DeliverAll(Giver);
        Assert.Single(_probe.Take(SwarmEffectKind.ReaderCompleted));
    }

    [Fact]
    public void A_lane_that_is_read_is_never_idle()
    {
        Assert.True(Open(1, _stream.Records[0]));
        Interest();
        _probe.Pass(TimeSpan.FromMinutes(6));
        Assert.DoesNotContain(Interest(), command => command.Count == 0);
    }

    private bool Open(uint reader, SegmentRecord record)
    {
        var isOpen = _probe.Swarm.OpenReader(reader, record.Id, _probe.Now);
        _probe.Turn();
        return isOpen;
    }

    private IReadOnlyList<SessionCommand> Interest() =>
        _probe.TakeCommands(Giver, SessionCommandKind.Interest);
}
