using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

/// <summary>Remotes that speak bytes, not the protocol.</summary>
public sealed class HostilePeerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MemoryTransport.AddressTag)]
    [InlineData(TlsTcpTransport.AddressTag)]
    [InlineData(PlainTcpTransport.AddressTag)]
    public async Task Garbage_ends_the_session_with_a_goodbye(string kind)
    {
        var (dialled, accepted) = await Links.PairAsync(kind);
        await using var node = new PumpNode(dialled);
        node.Start(Token);
        await accepted.Output.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Token);
        var ended = await node.WaitAsync(SessionEventKind.Ended);
        Assert.Equal((uint)SessionEndReason.ProtocolViolation, ended.Value);
        Assert.NotEqual(Violation.None, node.Pump.Violation);

        // It hears the hello, perhaps, and the goodbye, and then the end.
        var heard = await ReadToEndAsync(accepted.Input);
        Assert.Equal((byte)FrameType.Goodbye, LastFrameType(heard));
        await accepted.DisposeAsync();
        await node.Running.WaitAsync(Soon, Token);
        Assert.Equal(0, node.Pool.Rented);
    }

    [Fact]
    public async Task Garbage_and_then_nothing_ends_within_the_goodbyes_time()
    {
        var time = new FakeTimeProvider();
        var (dialled, accepted) = await Links.PairAsync(TlsTcpTransport.AddressTag);
        await using var node = new PumpNode(dialled, time);
        node.Start(Token);
        await accepted.Output.WriteAsync(new byte[64], Token);
        await node.WaitAsync(SessionEventKind.Ended);
        Assert.False(node.Running.IsCompleted);
        time.Advance(LinkPump.GoodbyeTimeout);
        await node.Running.WaitAsync(Soon, Token);
        await accepted.DisposeAsync();
    }

    [Fact]
    public async Task A_remote_that_reads_nothing_times_out_and_all_leases_come_back()
    {
        var time = new FakeTimeProvider();
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var node = new PumpNode(dialled, time);
        node.Start(Token);
        await SayHelloAsync(accepted);
        await node.WaitAsync(SessionEventKind.Established);
        const ushort Blocks = 64;
        await accepted.Output.WriteAsync(OpenAndRequest(Blocks), Token);
        for (var i = 0; i < Blocks; i++) await node.WaitAsync(SessionEventKind.Requested);

        // 1 MiB is to be written and a pipe takes 64 KiB: the writer waits from here on.
        while (!node.Running.IsCompleted)
        {
            time.Advance(SessionLimits.PingAfter);
            await Task.Yield();
        }

        await node.Running.WaitAsync(Soon, Token);
        Assert.Equal(0, node.Pool.Rented);
        await accepted.DisposeAsync();
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_a_block_is_a_lost_link()
    {
        using var identity = LinkIdentity.Create();
        var transport = new TlsTcpTransport(identity);
        await using var listener = await transport.ListenAsync(Loopback.AnyPort, Token);
        using var stranger = await RawTlsClient.ConnectAsync(listener.LocalAddress);
        await using var node = new PumpNode((await listener.AcceptAsync(Token))!);
        node.Start(Token);
        var bytes = new ArrayBufferWriter<byte>();
        Hello().Write(bytes);
        await stranger.Tls.WriteAsync(bytes.WrittenMemory, Token);
        await node.WaitAsync(SessionEventKind.Established);
        stranger.Reset();
        await node.Running.WaitAsync(Soon, Token);
        var ended = await node.WaitAsync(SessionEventKind.Ended);
        Assert.Equal((uint)SessionEndReason.LinkLost, ended.Value);
    }

    [Fact]
    public async Task A_frame_split_at_every_offset_is_one_frame()
    {
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var node = new PumpNode(dialled);
        node.Start(Token);
        var bytes = new ArrayBufferWriter<byte>();
        Hello().Write(bytes);
        foreach (var one in bytes.WrittenSpan.ToArray())
            await accepted.Output.WriteAsync(new[] { one }, Token);
        await node.WaitAsync(SessionEventKind.Established);
        await accepted.DisposeAsync();
        await node.Running.WaitAsync(Soon, Token);
    }

    private static HelloFrame Hello() => new(1, 1, 0, 0, 99);

    private static async Task SayHelloAsync(ILink link)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Hello().Write(bytes);
        await link.Output.WriteAsync(bytes.WrittenMemory, Token);
    }

    private static byte[] OpenAndRequest(ushort blocks)
    {
        const ushort Channel = 2;
        var bytes = new ArrayBufferWriter<byte>();
        new OpenFrame(ChannelKind.Stream, WireLimits.InitialCredit, PumpNode.Stream.Value)
            .Write(bytes, Channel);
        new RequestFrame(1, PumpNode.Block(0), blocks, 60_000)
            .Write(bytes, FrameType.Request, Channel);
        return bytes.WrittenSpan.ToArray();
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader input)
    {
        var heard = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await input.ReadAsync(Token);
            foreach (var segment in read.Buffer) heard.Write(segment.Span);
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return heard.WrittenSpan.ToArray();
        }
    }

    private static byte LastFrameType(byte[] heard)
    {
        byte last = 0;
        for (var at = 0; at + FrameHeader.Size <= heard.Length;)
        {
            last = heard[at + 4];
            at += FrameHeader.Size + BitConverter.ToInt32(heard, at);
        }

        return last;
    }
}
