using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

public sealed class GatewayPlayerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly GatewayPlayer _player;

    public GatewayPlayerTests() => _player = new GatewayPlayer(_time);

    [Fact]
    public void A_player_that_says_nothing_plays_what_it_asked_for()
    {
        Assert.Equal(PlayerStatus.Starting, _player.State.Status);
        Fetch(0);
        AssertState(PlayerStatus.Playing, 0, 2);
        Fetch(1);
        Pass(1);
        AssertState(PlayerStatus.Playing, 1, 3);
        Pass(4);
        AssertState(PlayerStatus.Stalled, 4, 0);
        Fetch(2);
        AssertState(PlayerStatus.Playing, 4, 2);
        Pass(30);
        AssertState(PlayerStatus.Paused, 6, 0);
    }

    [Fact]
    public void A_jump_is_a_seek_and_another_rendition_is_none()
    {
        Fetch(0);
        Fetch(1, track: 1);
        Pass(1);
        AssertState(PlayerStatus.Playing, 1, 3);
        Fetch(50);
        AssertState(PlayerStatus.Playing, 100, 2);
        Fetch(3);
        AssertState(PlayerStatus.Playing, 6, 2);
    }

    [Fact]
    public void A_report_counts_while_it_is_fresh()
    {
        Fetch(0);
        _player.Report(new PlayerState(
            PlayerStatus.Playing, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3), 2));
        Assert.True(_player.Reports);
        AssertState(PlayerStatus.Playing, 10, 3);
        Pass(1);
        AssertState(PlayerStatus.Playing, 12, 1);
        Pass(1);
        AssertState(PlayerStatus.Playing, 13, 0);
        Pass(2);
        Assert.False(_player.Reports);
        AssertState(PlayerStatus.Stalled, 2, 0);
        _player.Report(
            new PlayerState(PlayerStatus.Paused, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)));
        Pass(2);
        AssertState(PlayerStatus.Paused, 5, 3);
    }

    private void Fetch(ulong sequence, ushort track = 0)
    {
        var record = new SegmentRecord
        {
            Id = new SegmentId(1, track, sequence), Root = default, Parts = [],
            Start = TimeSpan.FromSeconds(2 * sequence), Duration = TimeSpan.FromSeconds(2),
        };
        _player.Asked(TrackKind.Video, record);
        _player.Delivered(TrackKind.Video, record);
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private void AssertState(PlayerStatus status, double position, double buffered)
    {
        var state = _player.State;
        Assert.Equal(
            (status, position, buffered),
            (state.Status, state.Position.TotalSeconds, state.BufferedAhead.TotalSeconds));
    }
}
