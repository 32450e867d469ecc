using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

public sealed class LinkPumpTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MemoryTransport.AddressTag)]
    [InlineData(TlsTcpTransport.AddressTag)]
    [InlineData(PlainTcpTransport.AddressTag)]
    public async Task Blocks_arrive_hashed_and_every_lease_comes_back(string kind)
    {
        const int Blocks = 300;
        var (dialled, accepted) = await Links.PairAsync(kind);
        await using var viewer = new PumpNode(dialled);
        await using var server = new PumpNode(accepted);
        viewer.Start(Token);
        server.Start(Token);
        var channel = await viewer.OpenAsync();
        for (uint i = 0; i < 256; i++) viewer.Request(channel, i);
        while (viewer.Arrived < Blocks - 256) await viewer.WaitAsync(SessionEventKind.BlockArrived);
        for (uint i = 256; i < Blocks; i++) viewer.Request(channel, i);
        while (viewer.Arrived < Blocks) await viewer.WaitAsync(SessionEventKind.BlockArrived);

        await viewer.Pump.DisposeAsync();
        await Task.WhenAll(viewer.Running, server.Running).WaitAsync(Soon, Token);
        var ended = await server.WaitAsync(SessionEventKind.Ended);
        Assert.Equal((uint)SessionEndReason.ShuttingDown, ended.Value);
        Assert.Equal(1u, ended.Count);
        Assert.Equal(0, viewer.Pool.Rented);
        Assert.Equal(0, server.Pool.Rented);
        Assert.InRange(viewer.Pump.BytesReceived, Blocks * 16_384, Blocks * 16_500);
        Assert.Equal(server.Pump.BytesSent, viewer.Pump.BytesReceived);
        Assert.Equal(viewer.Pump.BytesSent, server.Pump.BytesReceived);
    }

    [Theory]
    [InlineData(MemoryTransport.AddressTag)]
    [InlineData(TlsTcpTransport.AddressTag)]
    [InlineData(PlainTcpTransport.AddressTag)]
    public async Task A_link_that_breaks_gives_back_all_leases(string kind)
    {
        var (dialled, accepted) = await Links.PairAsync(kind);
        await using var viewer = new PumpNode(dialled);
        await using var server = new PumpNode(accepted) { Serves = false };
        viewer.Start(Token);
        server.Start(Token);
        var channel = await viewer.OpenAsync();
        for (uint i = 0; i < 20; i++) viewer.Request(channel, i);
        await server.WaitAsync(SessionEventKind.Requested);
        await accepted.DisposeAsync();
        await Task.WhenAll(viewer.Running, server.Running).WaitAsync(Soon, Token);
        var ended = await viewer.WaitAsync(SessionEventKind.Ended);
        Assert.Equal((uint)SessionEndReason.LinkLost, ended.Value);
        Assert.Equal(0, viewer.Pool.Rented);
        Assert.Equal(0, server.Pool.Rented);
    }

    [Fact]
    public async Task A_goodbye_is_heard_although_its_sender_takes_nothing_any_more()
    {
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var leaving = accepted;
        await using var node = new PumpNode(dialled, new FakeTimeProvider());
        await accepted.Input.CompleteAsync();
        // Its hello fails at once.
        node.Start(Token);

        new HelloFrame(ProtocolVersion.Lowest, ProtocolVersion.Highest, 0, 0, 7).Write(accepted.Output);
        new GoodbyeFrame(SessionEndReason.Done).Write(accepted.Output);
        await accepted.Output.FlushAsync(Token);
        await accepted.Output.CompleteAsync();

        await node.Running.WaitAsync(Soon, Token);
        var ended = await node.WaitAsync(SessionEventKind.Ended);
        Assert.Equal((uint)SessionEndReason.Done, ended.Value);
    }

    [Fact]
    public async Task Who_takes_nothing_and_says_nothing_is_given_up_soon()
    {
        var clock = new FakeTimeProvider();
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var silent = accepted;
        await using var node = new PumpNode(dialled, clock);
        await accepted.Input.CompleteAsync();
        node.Start(Token);
        Assert.False(node.Running.IsCompleted);

        clock.Advance(LinkPump.GoodbyeTimeout);

        await node.Running.WaitAsync(Soon, Token);
        var ended = await node.WaitAsync(SessionEventKind.Ended);
        Assert.Equal((uint)SessionEndReason.LinkLost, ended.Value);
    }

    [Fact]
    public async Task Cancelling_says_goodbye()
    {
        var (dialled, accepted) = await Links.PairAsync(TlsTcpTransport.AddressTag);
        await using var one = new PumpNode(dialled);
        await using var other = new PumpNode(accepted);
        using var cancel = new CancellationTokenSource();
        one.Start(cancel.Token);
        other.Start(Token);
        await one.WaitAsync(SessionEventKind.Established);
        await cancel.CancelAsync();
        await Task.WhenAll(one.Running, other.Running).WaitAsync(Soon, Token);
        var ended = await other.WaitAsync(SessionEventKind.Ended);
        Assert.Equal((uint)SessionEndReason.ShuttingDown, ended.Value);
    }

    [Fact]
    public async Task A_command_after_the_end_releases_its_lease()
    {
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var one = new PumpNode(dialled);
        one.Start(Token);
        await accepted.DisposeAsync();
        await one.Running.WaitAsync(Soon, Token);
        one.Request(1, 1);
        Assert.Equal(0, one.Pool.Rented);
    }

    [Fact]
    public async Task A_pump_that_never_ran_gives_everything_back()
    {
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        var one = new PumpNode(dialled);
        await one.DisposeAsync();
        await one.DisposeAsync();
        Assert.True((await accepted.Input.ReadAsync(Token)).IsCompleted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => one.Pump.RunAsync(Token));
    }

    [Fact]
    public async Task An_error_of_the_readers_own_ends_the_link_and_comes_out_of_the_run()
    {
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var far = accepted;
        var time = new FaultyTime();
        await using var node = new PumpNode(dialled, time);
        node.Start(Token);
        await accepted.Input.ReadAsync(Token);

        time.IsFaulty = true;
        new HelloFrame(ProtocolVersion.Lowest, ProtocolVersion.Highest, 0, 0, 7).Write(accepted.Output);
        await accepted.Output.FlushAsync(Token);

        await Assert.ThrowsAsync<NotSupportedException>(() => node.Running.WaitAsync(Soon, Token));
        Assert.Equal(SessionEventKind.Ended, (await node.WaitAsync(SessionEventKind.Ended)).Kind);
    }

    [Fact]
    public async Task What_the_observer_throws_ends_the_link_and_comes_out_of_the_run()
    {
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var broken = new PumpNode(dialled)
        {
            Before = (_, _) => throw new InvalidOperationException("the host's own error"),
        };
        await using var other = new PumpNode(accepted);
        broken.Start(Token);
        other.Start(Token);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => broken.Running.WaitAsync(Soon, Token));
        Assert.Equal("the host's own error", error.Message);
        await other.Running.WaitAsync(Soon, Token);
    }

    [Fact]
    public async Task A_slow_observer_holds_back_the_remote()
    {
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        var release = new TaskCompletionSource();
        var blocked = new TaskCompletionSource();
        await using var viewer = new PumpNode(dialled);
        await using var server = new PumpNode(accepted);
        viewer.Before = async (told, _) =>
        {
            if (told.Kind != SessionEventKind.BlockArrived) return;
            blocked.TrySetResult();
            await release.Task;
        };
        viewer.Start(Token);
        server.Start(Token);
        var channel = await viewer.OpenAsync();
        for (uint i = 0; i < 100; i++) viewer.Request(channel, i);
        await blocked.Task.WaitAsync(Soon, Token);
        await server.WaitAsync(SessionEventKind.BlockServed);

        // One block is with the observer, four may wait in the pipe and four in a batch.
        Assert.InRange(viewer.Pump.BytesReceived, 16_384, 12 * 16_500);
        release.SetResult();
        while (viewer.Arrived < 100) await viewer.WaitAsync(SessionEventKind.BlockArrived);
        Assert.Equal(0, viewer.Pool.Rented);
    }

    [Fact]
    public async Task A_remote_that_says_nothing_times_out()
    {
        var time = new FakeTimeProvider();
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var one = new PumpNode(dialled, time);
        one.Start(Token);
        time.Advance(SessionLimits.HelloTimeout);
        var ended = await one.WaitAsync(SessionEventKind.Ended);
        Assert.Equal((uint)SessionEndReason.TimedOut, ended.Value);
        await accepted.DisposeAsync();
        await one.Running.WaitAsync(Soon, Token);
    }

    [Fact]
    public async Task Pings_keep_a_quiet_link_up()
    {
        var time = new FakeTimeProvider();
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var one = new PumpNode(dialled, time);
        await using var other = new PumpNode(accepted, time);
        one.Start(Token);
        other.Start(Token);
        await one.WaitAsync(SessionEventKind.RoundTrip);
        await other.WaitAsync(SessionEventKind.RoundTrip);
        for (var i = 0; i < 8; i++)
        {
            time.Advance(SessionLimits.PingAfter);
            await one.WaitAsync(SessionEventKind.RoundTrip);
        }

        Assert.False(one.Running.IsCompleted);
    }

    /// <summary>A clock that fails once.</summary>
    private sealed class FaultyTime : FakeTimeProvider
    {
        public bool IsFaulty { get; set; }

        public override long GetTimestamp()
        {
            if (!IsFaulty) return base.GetTimestamp();
            IsFaulty = false;
            throw new NotSupportedException();
        }
    }
}
