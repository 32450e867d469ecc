namespace P2PStream.Protocol.Tests;

/// <summary>So many at once, so many a second, and no more however long nothing was taken.</summary>
public sealed class TokenBucketTests
{
    private static readonly RateLimit Limit = new(PerSecond: 3, Burst: 10);

    private TokenBucket _bucket = new(Limit, TimeSpan.FromSeconds(1));

    [Fact]
    public void It_is_full_at_first_and_gives_no_more()
    {
        Assert.Equal(Limit.Burst, TakeAll(1));
        Assert.Equal(0, TakeAll(1));
    }

    [Fact]
    public void What_flows_in_is_given_once()
    {
        TakeAll(1);
        Assert.Equal([1, 0, 2, 3], new[] { 1.4, 1.4, 2, 3 }.Select(TakeAll));
    }

    [Fact]
    public void It_never_holds_more_than_at_first()
    {
        Assert.Equal(Limit.Burst, TakeAll(1000));
        Assert.Equal(0, TakeAll(1000));
        Assert.Equal(Limit.Burst, TakeAll(2000));
    }

    [Fact]
    public void Who_asks_for_too_many_gets_none_and_loses_none()
    {
        Assert.False(Take(Limit.Burst + 1, 1));
        Assert.True(Take(Limit.Burst, 1));
    }

    private int TakeAll(double seconds)
    {
        var taken = 0;
        while (Take(1, seconds)) taken++;
        return taken;
    }

    private bool Take(int count, double seconds) =>
        _bucket.TryTake(Limit, count, TimeSpan.FromSeconds(seconds));
}
