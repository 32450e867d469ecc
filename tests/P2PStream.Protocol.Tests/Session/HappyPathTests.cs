namespace P2PStream.Protocol.Tests;

/// <summary>What two conforming ends do with each other.</summary>
public sealed class HappyPathTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void A_block_travels(int piece)
    {
        using var pair = new Pair(piece);
        var channel = pair.OpenChannel();
        Assert.Equal(2002u, pair.A.Single(SessionEventKind.Established).Value);
        Assert.Equal(1001u, pair.B.Single(SessionEventKind.Established).Value);
        Assert.Equal(Pair.StreamId, pair.B.Single(SessionEventKind.ChannelOpening).Stream);

        pair.Request(pair.A, channel, 5, Pair.Block(3), length: 1234);
        pair.Run();
        var requested = pair.B.Single(SessionEventKind.Requested);
        Assert.Equal(Pair.Block(3), requested.Block);
        Assert.Equal(TimeSpan.FromSeconds(1), requested.Deadline);

        var bytes = pair.ServeNumber(pair.B, channel, requested.Request, Pair.Block(3), 1234);
        pair.Run();
        var arrived = pair.A.Single(SessionEventKind.BlockArrived);
        Assert.Equal((5u, channel, Pair.Block(3)), (arrived.Request, arrived.Channel, arrived.Block));
        Assert.Equal(bytes, arrived.Lease!.Memory.ToArray());
        Assert.Equal(SessionEnd.Digest(bytes), arrived.Digest);
        var served = pair.B.Single(SessionEventKind.BlockServed);
        Assert.Equal((1u, 1234u), (served.Value, served.Count));
    }

    [Fact]
    public void Everything_may_be_said_in_the_first_flight()
    {
        using var pair = new Pair();
        var channel = pair.A.Session.NextChannel();
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel, Channel = channel, Stream = Pair.StreamId,
        });
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.WantAuthority, Channel = channel,
        });
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.WantRecords, Channel = channel, Block = Pair.Block(0), Count = 9,
        });
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        var flight = pair.A.Transmit(pair.Now);
        pair.B.Feed(flight, pair.Now);
        Assert.Equal(
            [
                SessionEventKind.Established,
                SessionEventKind.ChannelOpening,
                SessionEventKind.Credit,
                SessionEventKind.AuthorityWanted,
                SessionEventKind.RecordsWanted,
                SessionEventKind.Requested,
            ],
            pair.B.Events.Select(e => e.Kind));

        pair.Do(pair.B, new SessionCommand { Kind = SessionCommandKind.AcceptChannel, Channel = channel });
        pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.SendAuthority, Channel = channel, Payload = new byte[] { 1, 2, 3 },
        });
        pair.Serve(pair.B, channel, 1);
        pair.Run();
        Assert.Equal([1, 2, 3], pair.A.Single(SessionEventKind.Authority).Payload.ToArray());
        Assert.Equal(1, pair.A.Count(SessionEventKind.BlockArrived));
    }

    [Fact]
    public void The_round_trip_is_measured_at_once()
    {
        using var pair = new Pair();
        var flight = pair.A.Transmit(pair.Now);
        pair.Now += TimeSpan.FromMilliseconds(20);
        pair.B.Feed(flight, pair.Now);
        var answer = pair.B.Transmit(pair.Now);
        pair.Now += TimeSpan.FromMilliseconds(15);
        pair.A.Feed(answer, pair.Now);
        Assert.Equal(
            TimeSpan.FromMilliseconds(35), pair.A.Single(SessionEventKind.RoundTrip).Deadline);
    }

    [Fact]
    public void Goodbye_ends_both_ends()
    {
        using var pair = new Pair();
        pair.OpenChannel();
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.Goodbye, Value = (uint)SessionEndReason.TooManyLinks,
        });
        pair.Run();
        Assert.Equal(
            ((uint)SessionEndReason.TooManyLinks, 0u), Ended(pair.A));
        Assert.Equal(
            ((uint)SessionEndReason.TooManyLinks, 1u), Ended(pair.B));
        Assert.Null(pair.A.Session.NextWakeUp);
    }

    private static (uint Reason, uint ByRemote) Ended(SessionEnd end)
    {
        var e = end.Single(SessionEventKind.Ended);
        return (e.Value, e.Count);
    }
}
