namespace P2PStream.Protocol.Tests;

/// <summary>What time does, in virtual time.</summary>
public sealed class TimerTests
{
    [Fact]
    public void A_link_without_a_hello_ends_after_ten_seconds()
    {
        using var pair = new Pair();
        Assert.Equal(SessionLimits.HelloTimeout, pair.A.Session.NextWakeUp);
        pair.Now = SessionLimits.HelloTimeout;
        pair.A.Session.Tick(pair.Now);
        pair.A.Transmit(pair.Now);
        Assert.Equal((uint)SessionEndReason.TimedOut, pair.A.Single(SessionEventKind.Ended).Value);
    }

    [Fact]
    public void Idle_ends_ping_each_other_and_stay()
    {
        using var pair = new Pair();
        pair.OpenChannel();
        while (pair.Now < TimeSpan.FromMinutes(10)) pair.RunToNextWakeUp();
        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);
        var trips = pair.A.Count(SessionEventKind.RoundTrip) + pair.B.Count(SessionEventKind.RoundTrip);
        Assert.InRange(trips, 40, 90);
    }

    [Fact]
    public void A_silent_remote_is_pinged_and_given_up_after_a_minute()
    {
        using var pair = new Pair();
        pair.OpenChannel();
        Assert.Equal(SessionLimits.PingAfter, pair.A.Session.NextWakeUp);
        pair.Now = SessionLimits.PingAfter;
        pair.A.Session.Tick(pair.Now);
        Assert.Equal(FrameHeader.Size + PingFrame.Size, pair.A.Transmit(pair.Now).Length);
        Assert.Equal(SessionLimits.IdleTimeout, pair.A.Session.NextWakeUp);
        pair.Now = SessionLimits.IdleTimeout;
        pair.A.Session.Tick(pair.Now);
        pair.A.Transmit(pair.Now);
        Assert.Equal((uint)SessionEndReason.TimedOut, pair.A.Single(SessionEventKind.Ended).Value);
    }

    [Fact]
    public void A_block_dripping_in_byte_by_byte_is_not_being_heard()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Run();
        pair.Serve(pair.B, channel, 1);
        var bytes = pair.B.Transmit(pair.Now);
        foreach (var one in bytes)
        {
            pair.Now += TimeSpan.FromSeconds(1);
            pair.A.Feed([one], pair.Now);
            pair.A.Session.Tick(pair.Now);
            if (pair.A.Session.HasEnded) break;
        }

        Assert.True(pair.A.Session.HasEnded);
        Assert.Equal(SessionLimits.IdleTimeout, pair.Now);
        Assert.Equal(1, pair.Pool.Rented);
    }

    [Fact]
    public void A_write_that_never_ends_ends_the_session()
    {
        using var pair = new Pair();
        pair.OpenChannel();
        pair.Do(pair.A, new SessionCommand { Kind = SessionCommandKind.WantAuthority, Channel = 1 });
        var batch = new TransmitBatch();
        Assert.True(pair.A.Session.TryTransmit(pair.Now, batch));
        for (var i = 0; i < 59; i++)
        {
            pair.Now += TimeSpan.FromSeconds(1);
            pair.A.Session.Receive(Ping(), pair.Now);
            pair.A.Session.Tick(pair.Now);
            Assert.False(pair.A.Session.HasEnded);
        }

        pair.Now += TimeSpan.FromSeconds(1);
        pair.A.Session.Tick(pair.Now);
        Assert.True(pair.A.Session.HasEnded);
    }

    [Fact]
    public void An_unanswered_cancel_ends_the_session()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.A.Transmit(pair.Now);
        pair.Cancel(pair.A, channel, 1);
        pair.A.Transmit(pair.Now);
        ExpectNoAnswer(pair);
    }

    [Fact]
    public void An_unanswered_close_ends_the_session()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.A.Transmit(pair.Now);
        pair.Do(pair.A, new SessionCommand { Kind = SessionCommandKind.CloseChannel, Channel = channel });
        pair.A.Transmit(pair.Now);
        ExpectNoAnswer(pair);
    }

    [Fact]
    public void A_node_that_meets_itself_says_so()
    {
        var options = new SessionOptions
        {
            IsInitiator = false, Nonce = 1, Started = TimeSpan.Zero,
        };
        using var pair = new Pair(acceptor: options);
        pair.Run();
        Assert.Equal(
            (uint)SessionEndReason.SelfConnection, pair.A.Single(SessionEventKind.Ended).Value);
        Assert.Equal(
            (uint)SessionEndReason.SelfConnection, pair.B.Single(SessionEventKind.Ended).Value);
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(1, 2, 1, 1, 1)]
    [InlineData(1, 2, 2, 3, 2)]
    [InlineData(2, 5, 1, 9, 5)]
    [InlineData(1, 1, 2, 3, 0)]
    [InlineData(4, 4, 2, 3, 0)]
    public void The_highest_common_version_is_spoken(
        int lowA, int highA, int lowB, int highB, int common)
    {
        using var pair = new Pair(initiator: Speaks(true, lowA, highA), acceptor: Speaks(false, lowB, highB));
        pair.Run();
        Assert.Equal(common, pair.A.Session.Version);
        Assert.Equal(common, pair.B.Session.Version);
        Assert.Equal(common == 0, pair.A.Session.HasEnded);
        if (common == 0)
            Assert.Equal(
                (uint)SessionEndReason.VersionMismatch, pair.B.Single(SessionEventKind.Ended).Value);
    }

    private static SessionOptions Speaks(bool isInitiator, int low, int high) => new()
    {
        IsInitiator = isInitiator,
        Nonce = isInitiator ? 1u : 2u,
        Started = TimeSpan.Zero,
        MinimumVersion = (ushort)low,
        MaximumVersion = (ushort)high,
    };

    private static Frame Ping() =>
        new(new FrameHeader(PingFrame.Size, FrameType.Ping, FrameFlags.None, 0), new byte[8]);

    private static void ExpectNoAnswer(Pair pair)
    {
        Assert.Equal(1, pair.Pool.Rented);
        pair.Now = SessionLimits.AnswerTimeout - TimeSpan.FromSeconds(1);
        pair.A.Session.Receive(Ping(), pair.Now);
        pair.A.Session.Tick(pair.Now);
        Assert.False(pair.A.Session.HasEnded);
        Assert.Equal(SessionLimits.AnswerTimeout, pair.A.Session.NextWakeUp);
        pair.Now = SessionLimits.AnswerTimeout;
        pair.A.Session.Tick(pair.Now);
        Assert.True(pair.A.Session.HasEnded);
        Assert.Equal(0, pair.Pool.Rented);
    }
}
