using System.Buffers;

namespace P2PStream.Protocol.Tests;

/// <summary>Data that is not what was asked for; floods. Each ends the session with its own name, and
/// not a byte is kept.</summary>
public sealed class HostileTests
{
    [Fact]
    public void Data_for_another_block_is_a_violation() =>
        Expect(Violation.WrongBlock, new DataHeader(1, 1, Pair.Block(1), 100));

    [Fact]
    public void Data_of_another_segment_is_a_violation() =>
        Expect(Violation.WrongBlock, new DataHeader(1, 1, Pair.Block(0, sequence: 8), 100));

    [Fact]
    public void Data_one_byte_short_is_a_violation() =>
        Expect(Violation.WrongLength, new DataHeader(1, 1, Pair.Block(0), 99));

    [Fact]
    public void Data_one_byte_long_is_a_violation() =>
        Expect(Violation.WrongLength, new DataHeader(1, 1, Pair.Block(0), 101));

    [Fact]
    public void Data_of_an_unsent_request_is_a_violation() =>
        Expect(Violation.Unsolicited, new DataHeader(1, 2, Pair.Block(0), 100));

    [Fact]
    public void Data_twice_is_a_violation()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0), 100);
        pair.Run();
        pair.Serve(pair.B, channel, 1, 100);
        var bytes = pair.B.Transmit(pair.Now);
        pair.A.Feed(bytes, pair.Now);
        pair.A.Feed(bytes, pair.Now);
        Assert.Equal(Violation.Unsolicited, pair.A.Session.Violation);
        Assert.Equal(1, pair.A.Count(SessionEventKind.BlockArrived));
    }

    [Fact]
    public void Data_twice_while_the_first_is_hashed_is_a_violation()
    {
        using var pair = new Pair();
        pair.A.HoldsWork = true;
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0), 100);
        pair.Run();
        pair.Serve(pair.B, channel, 1, 100);
        var bytes = pair.B.Transmit(pair.Now);
        pair.A.Feed([.. bytes, .. bytes], pair.Now);
        Assert.Equal(Violation.Unsolicited, pair.A.Session.Violation);
        Assert.Equal(0, pair.Pool.Rented);
    }

    [Fact]
    public void Data_on_a_channel_not_yet_accepted_is_a_violation()
    {
        using var pair = new Pair();
        var channel = pair.A.Session.NextChannel();
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel, Channel = channel, Stream = Pair.StreamId,
        });
        pair.Request(pair.A, channel, 1, Pair.Block(0), 100);
        pair.Run();
        pair.A.Feed(Data(new DataHeader(channel, 1, Pair.Block(0), 100)), pair.Now);
        Assert.Equal(Violation.OutOfOrder, pair.A.Session.Violation);
    }

    [Fact]
    public void A_remote_that_never_reads_ends_too_slow()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        var big = new byte[WireLimits.RecordsBytes];
        for (var i = 0; i < 100 && !pair.B.Session.HasEnded; i++)
            pair.Do(pair.B, new SessionCommand
            {
                Kind = SessionCommandKind.SendRecords, Channel = channel, Payload = big,
            });
        pair.Run();
        Assert.Equal((uint)SessionEndReason.TooSlow, pair.B.Single(SessionEventKind.Ended).Value);
        Assert.Equal((uint)SessionEndReason.TooSlow, pair.A.Single(SessionEventKind.Ended).Value);
    }

    [Fact]
    public void A_flood_of_wants_is_bounded()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        var want = new ArrayBufferWriter<byte>();
        FrameWriter.Write(want, FrameType.AuthorityWant, channel, []);
        for (var i = 0; i < 5000 && !pair.B.Session.HasEnded; i++)
            pair.B.Feed(want.WrittenSpan, pair.Now);
        Assert.Equal(Violation.RateExceeded, pair.B.Session.Violation);
        Assert.Equal(SessionLimits.Wants.Burst, pair.B.Count(SessionEventKind.AuthorityWanted));
    }

    /// <summary>Of the first two kinds one was the pair's own.</summary>
    [Theory]
    [InlineData(FrameType.Ping, 15)]
    [InlineData(FrameType.Open, 127)]
    [InlineData(FrameType.LeavesWant, 4096)]
    [InlineData(FrameType.Peers, 4096)]
    [InlineData(FrameType.Credit, 65_536)]
    public void Each_kind_of_frame_has_a_budget_of_its_own(FrameType type, int allowed)
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        var sent = 0;
        for (; sent <= allowed && !pair.B.Session.HasEnded; sent++) pair.B.Feed(Make(type, channel, sent).WrittenSpan, pair.Now);

        Assert.Equal(Violation.RateExceeded, pair.B.Session.Violation);
        Assert.Equal(allowed, sent - 1);
    }

    /// <summary>One that is allowed; a channel is opened, and closed again.</summary>
    private static ArrayBufferWriter<byte> Make(FrameType type, ushort channel, int number)
    {
        var frame = new ArrayBufferWriter<byte>();
        switch (type)
        {
            case FrameType.Ping:
                new PingFrame((ulong)number).Write(frame, FrameType.Ping);
                break;
            case FrameType.Open:
                var next = (ushort)(channel + 2 + 2 * number);
                new OpenFrame(ChannelKind.Stream, 256, Pair.StreamId.Value).Write(frame, next);
                FrameWriter.Write(frame, FrameType.Close, next, []);
                break;
            case FrameType.LeavesWant:
                LeavesFrame.WriteWant(frame, channel, Pair.Block(0));
                break;
            case FrameType.Credit:
                new CreditFrame(512).Write(frame, channel);
                break;
            default:
                FrameWriter.Write(frame, type, channel, new byte[PeerList.HeadSize]);
                break;
        }

        return frame;
    }

    [Theory]
    [InlineData(FrameType.Have, SegmentRange.Size)]
    [InlineData(FrameType.Drop, SegmentRange.Size)]
    [InlineData(FrameType.HaveBlocks, BlockRange.Size)]
    public void A_range_costs_its_sender_what_a_frame_costs(FrameType type, int size)
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        var payload = new byte[size * WireLimits.RangesPerFrame];
        for (var i = 0; i < WireLimits.RangesPerFrame; i++)
        {
            var range = payload.AsSpan(i * size, size);
            if (type == FrameType.HaveBlocks) new BlockRange(Pair.Block(0), 1).WriteTo(range);
            else new SegmentRange(Pair.Block(0).Segment, 1).WriteTo(range);
        }

        var frame = new ArrayBufferWriter<byte>();
        FrameWriter.Write(frame, type, channel, payload);
        var taken = SessionLimits.Deltas.Burst / WireLimits.RangesPerFrame;
        for (var i = 0; i < taken; i++) pair.B.Feed(frame.WrittenSpan, pair.Now);
        Assert.False(pair.B.Session.HasEnded);
        pair.B.Feed(frame.WrittenSpan, pair.Now);
        Assert.Equal(Violation.RateExceeded, pair.B.Session.Violation);
    }

    [Fact]
    public void Frames_that_may_be_ignored_are_and_an_unknown_kind_is_refused()
    {
        using var pair = new Pair();
        pair.OpenChannel();
        byte[] ignorable = [3, 0, 0, 0, 200, 0x80, 9, 0, 1, 2, 3];
        byte[] unknownKind = [6, 0, 0, 0, 16, 0, 77, 0, 0xFF, 0xFF, 0, 1, 5, 5];
        byte[] onIt = [0, 0, 0, 0, 32, 0, 77, 0];
        pair.B.Feed([.. ignorable, .. unknownKind, .. onIt], pair.Now);
        var answer = pair.B.Transmit(pair.Now);
        Assert.Equal([1, 0, 0, 0, 18, 0, 77, 0, (byte)RejectReason.UnknownKind], answer);
        Assert.Equal(1, pair.B.Count(SessionEventKind.ChannelOpening));
        pair.B.Feed([0, 0, 0, 0, 19, 0, 77, 0], pair.Now);
        Assert.False(pair.B.Session.HasEnded);
        pair.B.Feed(onIt, pair.Now);
        Assert.Equal(Violation.UnknownChannel, pair.B.Session.Violation);
    }

    [Fact]
    public void Cancels_of_what_is_not_there_are_nothing()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        var bytes = new ArrayBufferWriter<byte>();
        new CancelFrame(uint.MaxValue, 512).Write(bytes, channel);
        pair.B.Feed(bytes.WrittenSpan, pair.Now);
        Assert.False(pair.B.Session.HasEnded);
        Assert.Empty(pair.B.Transmit(pair.Now));
    }

    [Fact]
    public void After_the_end_nothing_is_taken_in()
    {
        using var pair = new Pair();
        pair.OpenChannel();
        pair.B.Feed([1, 0, 0, 0, 2, 0, 0, 0, 0], pair.Now);
        Assert.Equal(1u, pair.B.Single(SessionEventKind.Ended).Count);
        var events = pair.B.Events.Count;
        pair.B.Session.Receive(
            new Frame(new FrameHeader(0, FrameType.AuthorityWant, FrameFlags.None, 1), []), pair.Now);
        Assert.False(pair.B.Session.TryPlace(
            new DataHeader(1, 1, Pair.Block(0), 1), pair.Now, out _));
        var lease = pair.Rent();
        pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.Request, Channel = 1, Lease = lease,
        });
        Assert.Empty(pair.B.Transmit(pair.Now));
        Assert.Equal(events, pair.B.Events.Count);
    }

    private static void Expect(Violation violation, in DataHeader header)
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        Assert.Equal(1, channel);
        pair.Request(pair.A, channel, 1, Pair.Block(0), 100);
        pair.Run();
        pair.A.Feed(Data(header), pair.Now);
        Assert.Equal(violation, pair.A.Session.Violation);
        Assert.Equal(0, pair.Pool.Rented);
    }

    private static byte[] Data(in DataHeader header)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DataFrame.WriteHead(bytes, header);
        bytes.Write(new byte[header.Length]);
        return bytes.WrittenSpan.ToArray();
    }
}
