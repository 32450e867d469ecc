using System.Buffers;

namespace P2PStream.Protocol.Tests;

/// <summary>Opening, refusing and closing, whoever is first.</summary>
public sealed class ChannelTests
{
    [Fact]
    public void A_refused_channel_ends_at_both_ends_with_all_that_was_sent_on_it()
    {
        using var pair = new Pair();
        var channel = pair.A.Session.NextChannel();
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel, Channel = channel, Stream = Pair.StreamId,
        });
        for (var i = 0; i < 300; i++) pair.Request(pair.A, channel, (uint)i, Pair.Block(i));
        pair.Run();
        pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.RefuseChannel,
            Channel = channel,
            Value = (uint)RejectReason.NotAvailable,
        });
        pair.Run();
        var refused = pair.A.Single(SessionEventKind.ChannelRefused);
        Assert.Equal((uint)RejectReason.NotAvailable, refused.Value);
        Assert.Equal(0, pair.Pool.Rented);
        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);
        Assert.Equal(0, pair.B.Count(SessionEventKind.ChannelClosed));
    }

    [Fact]
    public void A_closed_channel_leaves_room_for_blocks_under_way()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        for (var i = 0; i < 3; i++) pair.Request(pair.A, channel, (uint)i, Pair.Block(i));
        pair.Run();
        pair.Serve(pair.B, channel, 0);
        var late = pair.B.Transmit(pair.Now);
        pair.Serve(pair.B, channel, 1);
        Close(pair, pair.A, channel);
        pair.A.Feed(late, pair.Now);
        pair.Run();
        Assert.Equal(ContentLimits.BlockBytes, pair.A.Session.WastedBytes);
        Assert.Equal(1, pair.B.Count(SessionEventKind.ChannelClosed));
        Assert.Equal(0, pair.A.Count(SessionEventKind.ChannelClosed));
        Assert.Equal([1u, 0u], pair.B.Events
            .Where(e => e.Kind == SessionEventKind.BlockServed).Select(e => e.Value));
        Assert.Equal(0, pair.Pool.Rented);
    }

    [Fact]
    public void Both_may_close_at_once()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Request(pair.B, channel, 1, Pair.Block(1));
        pair.Run();
        Close(pair, pair.A, channel);
        Close(pair, pair.B, channel);
        pair.Run();
        Assert.Equal(0, pair.Pool.Rented);
        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_number_names_one_channel_for_ever(bool isFirst)
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        if (!isFirst) channel = pair.OpenChannel();
        Close(pair, pair.A, channel);
        pair.Run();
        Assert.Throws<InvalidOperationException>(() => pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel, Channel = channel,
        }));
        var open = new ArrayBufferWriter<byte>();
        new OpenFrame(ChannelKind.Stream, 256, Pair.StreamId.Value).Write(open, channel);
        pair.B.Feed(open.WrittenSpan, pair.Now);
        Assert.Equal(Violation.BadChannelNumber, pair.B.Session.Violation);
    }

    [Fact]
    public void Commands_that_cross_a_close_end_quietly()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Run();
        Close(pair, pair.A, channel);
        pair.Run();
        pair.Serve(pair.B, channel, 1);
        pair.Request(pair.B, channel, 9, Pair.Block(1));
        pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.HaveSegments, Channel = channel, Count = 1,
        });
        pair.Run();
        Assert.Equal(0u, pair.B.Single(SessionEventKind.BlockServed).Value);
        Assert.Equal(
            (uint)RejectReason.NotAvailable, pair.B.Single(SessionEventKind.Rejected).Value);
        Assert.Equal(0, pair.Pool.Rented);
    }

    [Fact]
    public void Numbers_are_odd_for_the_initiator_and_even_for_the_acceptor()
    {
        using var pair = new Pair();
        Assert.Equal([1, 3, 5], Enumerable.Range(0, 3).Select(_ => (int)pair.A.Session.NextChannel()));
        Assert.Equal([2, 4, 6], Enumerable.Range(0, 3).Select(_ => (int)pair.B.Session.NextChannel()));
    }

    [Fact]
    public void More_than_64_are_refused_at_home()
    {
        using var pair = new Pair();
        for (var i = 0; i <= WireLimits.ChannelsPerSide; i++)
            pair.Do(pair.A, new SessionCommand
            {
                Kind = SessionCommandKind.OpenChannel, Channel = pair.A.Session.NextChannel(),
            });
        pair.Run();
        Assert.Equal(
            (uint)RejectReason.Busy, pair.A.Single(SessionEventKind.ChannelRefused).Value);
        Assert.Equal(64, pair.B.Count(SessionEventKind.ChannelOpening));
    }

    [Fact]
    public void Each_side_has_64_of_its_own_and_room_again_once_one_is_closed()
    {
        using var pair = new Pair();
        var first = pair.OpenChannel();
        var second = pair.OpenChannel();
        foreach (var end in new[] { pair.A, pair.B })
            for (var i = end == pair.A ? 2 : 0; i < WireLimits.ChannelsPerSide; i++) Open(end);
        pair.Run();
        Assert.Equal(64, pair.A.Count(SessionEventKind.ChannelOpening));

        foreach (var closed in new[] { second, first })
        {
            Close(pair, pair.A, closed);
            pair.Run();
            Open(pair.A);
            pair.Run();
        }

        Assert.Equal(66, pair.B.Count(SessionEventKind.ChannelOpening));
        Assert.Equal(0, pair.A.Count(SessionEventKind.ChannelRefused));
        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);

        void Open(SessionEnd end) => pair.Do(end, new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel, Channel = end.Session.NextChannel(),
        });
    }

    [Fact]
    public void An_unanswered_channel_takes_no_other_command()
    {
        using var pair = new Pair();
        var channel = pair.A.Session.NextChannel();
        pair.Do(pair.A, new SessionCommand { Kind = SessionCommandKind.OpenChannel, Channel = channel });
        pair.Run();
        Assert.Throws<InvalidOperationException>(() => pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.WantAuthority, Channel = channel,
        }));
    }

    [Fact]
    public void A_request_taken_back_before_the_accept_is_answered_before_it()
    {
        using var pair = new Pair();
        var channel = pair.A.Session.NextChannel();
        pair.Do(pair.A, new SessionCommand { Kind = SessionCommandKind.OpenChannel, Channel = channel });
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.A.Transmit(pair.Now);
        pair.B.Feed([.. pair.A.Sent], pair.Now);
        pair.Cancel(pair.A, channel, 1);
        pair.Run();
        Assert.False(pair.A.Session.HasEnded);
        Assert.Equal(0, pair.Pool.Rented);
    }

    [Fact]
    public void Messages_arrive_as_they_were_said()
    {
        using var pair = new Pair(piece: 5);
        var channel = pair.OpenChannel();
        var part = new BlockId(new SegmentId(3, 2, 7), 1, 0);
        SessionCommand[] said =
        [
            new() { Kind = SessionCommandKind.WantAuthority },
            new() { Kind = SessionCommandKind.SendAuthority, Payload = new byte[] { 1 } },
            new() { Kind = SessionCommandKind.WantRecords, Block = Pair.Block(0), Count = 64 },
            new() { Kind = SessionCommandKind.SendRecords, Payload = new byte[] { 2, 3 } },
            new() { Kind = SessionCommandKind.WantLeaves, Block = part },
            new() { Kind = SessionCommandKind.SendLeaves, Block = part, Payload = new byte[64] },
            new() { Kind = SessionCommandKind.HaveSegments, Block = Pair.Block(0), Count = 5 },
            new() { Kind = SessionCommandKind.DropSegments, Block = Pair.Block(0), Count = 2 },
            new() { Kind = SessionCommandKind.HaveBlocks, Block = Pair.Block(9), Count = 3 },
            new() { Kind = SessionCommandKind.Interest, Block = Pair.Block(0), Count = 8, Value = 1 },
            new() { Kind = SessionCommandKind.SendPeers, Payload = PeerList.Encode([]) },
        ];
        foreach (var command in said) pair.Do(pair.A, command with { Channel = channel });
        pair.Run();
        SessionEventKind[] kinds =
        [
            SessionEventKind.AuthorityWanted,
            SessionEventKind.Authority,
            SessionEventKind.RecordsWanted,
            SessionEventKind.Records,
            SessionEventKind.LeavesWanted,
            SessionEventKind.Leaves,
            SessionEventKind.HaveSegments,
            SessionEventKind.DroppedSegments,
            SessionEventKind.HaveBlocks,
            SessionEventKind.Interest,
            SessionEventKind.Peers,
        ];
        var heard = pair.B.Events[^said.Length..];
        Assert.Equal(kinds, heard.Select(e => e.Kind));
        Assert.Equal(said.Select(c => (c.Block, c.Count, c.Value)),
            heard.Select(e => (e.Block, e.Count, e.Value)));
        Assert.Equal(said.Select(c => Convert.ToHexString(c.Payload.Span)),
            heard.Select(e => Convert.ToHexString(e.Payload.Span)));
        Assert.All(heard, e => Assert.Equal((channel, Pair.StreamId), (e.Channel, e.Stream)));
    }

    [Fact]
    public void Neighbouring_ranges_merge_and_others_share_a_frame()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        for (var i = 0; i < 100; i++)
            pair.Do(pair.A, new SessionCommand
            {
                Kind = SessionCommandKind.HaveBlocks,
                Channel = channel,
                Block = Pair.Block(i < 50 ? i : i * 2),
                Count = 1,
            });
        var bytes = pair.A.Transmit(pair.Now);
        Assert.Equal(FrameHeader.Size + 51 * BlockRange.Size, bytes.Length);
        pair.B.Feed(bytes, pair.Now);
        Assert.Equal(50u, pair.B.Events.First(e => e.Kind == SessionEventKind.HaveBlocks).Count);
        Assert.Equal(51, pair.B.Count(SessionEventKind.HaveBlocks));
    }

    private static void Close(Pair pair, SessionEnd end, ushort channel) =>
        pair.Do(end, new SessionCommand
        {
            Kind = SessionCommandKind.CloseChannel, Channel = channel,
        });
}
