namespace P2PStream.Swarm.Tests;

/// <summary>What a giver sends to each of those that share it.</summary>
public sealed class SharedRateTests
{
    private const double Asked = 100_000;

    private readonly SharedRate _rate = new();

    [Fact]
    public void Nothing_is_known_of_it_before_it_is_shared()
    {
        Send(seconds: 60, isShared: false);
        Assert.Equal(Asked, _rate.Of(Asked), 1);
    }

    /// <summary>However quick it was when nobody else asked.</summary>
    [Fact]
    public void It_is_what_came_of_it_while_it_was()
    {
        Send(seconds: 60, isShared: true);
        Assert.InRange(_rate.Of(Asked), 900, 1200);
    }

    [Fact]
    public void It_is_kept_while_it_is_not()
    {
        Send(seconds: 60, isShared: true);
        var shared = _rate.Of(Asked);
        Send(seconds: 120, isShared: false, from: 60);
        Assert.Equal(shared, _rate.Of(Asked), 1);
    }

    /// <summary>1,000 bytes each second.</summary>
    private void Send(int seconds, bool isShared, int from = 0)
    {
        for (var t = from + 1; t <= from + seconds; t++)
            _rate.Note(1000 * t, isShared, TimeSpan.FromSeconds(t));
    }
}
