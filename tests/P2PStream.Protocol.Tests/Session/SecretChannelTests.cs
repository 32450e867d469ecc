namespace P2PStream.Protocol.Tests;

/// <summary>Channels of streams with a secret: they open with a tag, and are accepted with one.</summary>
public sealed class SecretChannelTests
{
    private static readonly byte[] OpenTag = [.. Enumerable.Repeat((byte)1, Hash256.Size)];
    private static readonly byte[] AcceptTag = [.. Enumerable.Repeat((byte)2, Hash256.Size)];

    [Fact]
    public void The_acceptor_hears_the_tag_and_names_the_stream()
    {
        using var pair = new Pair();
        var channel = Open(pair);
        var opening = pair.B.Single(SessionEventKind.ChannelOpening);
        Assert.Equal(OpenTag, opening.Payload.ToArray());
        Assert.Equal(default, opening.Stream);

        Accept(pair, channel, AcceptTag);

        Assert.Equal(Pair.StreamId, pair.A.Single(SessionEventKind.ChannelAccepted).Stream);
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Run();
        // What is served counts for the stream.
        pair.B.Gate = new OneStreamGate();
        var bytes = pair.Serve(pair.B, channel, 1);
        pair.Run();
        Assert.Equal(
            bytes, pair.A.Single(SessionEventKind.BlockArrived).Lease!.Memory.ToArray());
    }

    [Fact]
    public void An_acceptor_without_the_secret_is_cut_off()
    {
        using var pair = new Pair();
        var channel = Open(pair);
        var wrong = (byte[])AcceptTag.Clone();
        wrong[^1] ^= 1;

        Accept(pair, channel, wrong);

        Assert.Equal(Violation.WrongTag, pair.A.Session.Violation);
        Assert.Equal(0, pair.A.Count(SessionEventKind.ChannelAccepted));
    }

    [Fact]
    public void An_accept_without_a_tag_is_none()
    {
        using var pair = new Pair();
        var channel = Open(pair);
        pair.A.Feed(Write(new AcceptFrame(256), channel), pair.Now);
        Assert.Equal(Violation.WrongTag, pair.A.Session.Violation);
        Assert.Equal(0, pair.A.Count(SessionEventKind.ChannelAccepted));
    }

    [Fact]
    public void A_tag_that_nobody_asked_for_is_a_violation()
    {
        using var pair = new Pair();
        var channel = pair.A.Session.NextChannel();
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel, Channel = channel, Stream = Pair.StreamId,
        });
        pair.Run();
        pair.A.Feed(Write(new AcceptFrame(256, new Hash256(AcceptTag)), channel), pair.Now);
        Assert.Equal(Violation.WrongTag, pair.A.Session.Violation);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(33)]
    public void An_accept_of_another_length_is_malformed(int length)
    {
        using var pair = new Pair();
        var channel = Open(pair);
        var frame = new System.Buffers.ArrayBufferWriter<byte>();
        var bytes = FrameWriter.Start(frame, FrameType.Accept, channel, length);
        bytes.Clear();
        bytes[1] = 1; // Credit 256.
        FrameWriter.Finish(frame, length);
        pair.A.Feed(frame.WrittenSpan, pair.Now);
        Assert.Equal(Violation.Malformed, pair.A.Session.Violation);
    }

    [Fact]
    public void It_may_be_refused_and_then_says_no_more()
    {
        using var pair = new Pair();
        var channel = Open(pair);
        pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.RefuseChannel,
            Channel = channel,
            Value = (uint)RejectReason.NotAvailable,
        });
        pair.Run();
        Assert.Equal(1, pair.A.Count(SessionEventKind.ChannelRefused));
        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);
    }

    [Fact]
    public void The_owner_is_told_when_it_answers_without_the_tag()
    {
        using var pair = new Pair();
        var channel = Open(pair);
        Assert.Throws<ArgumentException>(() => Accept(pair, channel, []));
        Accept(pair, channel, AcceptTag);
    }

    private static ushort Open(Pair pair)
    {
        var channel = pair.A.Session.NextChannel();
        pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel,
            Channel = channel,
            Stream = Pair.StreamId,
            Payload = (byte[])[.. OpenTag, .. AcceptTag],
        });
        pair.Run();
        return channel;
    }

    private static void Accept(Pair pair, ushort channel, byte[] tag)
    {
        pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.AcceptChannel,
            Channel = channel,
            Stream = Pair.StreamId,
            Payload = tag,
        });
        pair.Run();
    }

    private static byte[] Write(AcceptFrame accept, ushort channel)
    {
        var frame = new System.Buffers.ArrayBufferWriter<byte>();
        accept.Write(frame, channel);
        return frame.WrittenSpan.ToArray();
    }

    private sealed class OneStreamGate : IServeGate
    {
        public bool TryPass(
            StreamId stream, int bytes, int wanted, TimeSpan deadline, TimeSpan now) =>
            stream == Pair.StreamId;
    }
}
