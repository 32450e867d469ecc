using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

/// <summary>Pumps at a shared limit.</summary>
public sealed class LinkLimitTests
{
    private const int Frame = FairLimiter.Quantum;
    private const int BlocksPerSecond = 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BlockTime = TimeSpan.FromSeconds(1) / BlocksPerSecond;

    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_limit_holds_back_blocks_and_lets_control_frames_pass()
    {
        var limits = Limits(BlocksPerSecond * Frame);
        await using var pair = await PairAsync(limits);
        var channel = await pair.Viewer.OpenAsync();
        for (uint i = 0; i < 10; i++) pair.Viewer.Request(channel, i);
        await ArriveAsync(pair.Viewer, 1);
        for (var i = 2; i <= 10; i++)
        {
            pair.Server.Pump.Post(new SessionCommand
            {
                Kind = SessionCommandKind.HaveSegments,
                Channel = channel,
                Block = PumpNode.Block((uint)i * 1000),
                Count = 1,
            });
            await pair.Viewer.WaitAsync(SessionEventKind.HaveSegments);
            Assert.Equal(i - 1, pair.Viewer.Arrived);

            // The control frames count, but do not wait: what they took, the blocks wait for.
            _time.Advance(BlockTime + TimeSpan.FromMilliseconds(5));
            await ArriveAsync(pair.Viewer, i);
        }
    }

    [Fact]
    public async Task Blocks_make_room_for_control_frames()
    {
        const long Rate = BlocksPerSecond * Frame;
        const int Rounds = 12;
        var limits = Limits(Rate);
        await using var pair = await PairAsync(limits);
        var channel = await pair.Viewer.OpenAsync();
        var start = _time.GetUtcNow();
        for (uint i = 0; i < Rounds; i++) pair.Viewer.Request(channel, i);
        await ArriveAsync(pair.Viewer, 1);
        for (var i = 2; i <= Rounds; i++)
        {
            pair.Server.Pump.Post(new SessionCommand
            {
                Kind = SessionCommandKind.SendAuthority, Channel = channel,
                Payload = new byte[Frame / 2],
            });
            await pair.Viewer.WaitAsync(SessionEventKind.Authority);
            while (pair.Viewer.Arrived < i)
            {
                _time.Advance(BlockTime / 10);
                await Task.Delay(2, Token);
            }
        }

        var elapsed = (_time.GetUtcNow() - start).TotalSeconds;
        var atOnce = Frame + Rate * FairLimiter.Burst.TotalSeconds;
        Assert.InRange(pair.Server.Pump.BytesSent, Rounds * Frame, Rate * elapsed + atOnce + Frame);
    }

    [Fact]
    public async Task Control_frames_count_against_a_download_limit()
    {
        var limits = Limits(null);
        limits.Download.Rate = FairLimiter.LowestRate;
        var party = new Waiting();
        var place = limits.Download.Add(party, 0);
        while (limits.Download.TryTake(place, default, Frame, Frame, default)) { }
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        await using var viewer = new PumpNode(dialled, _time, limits);
        await using var server = new PumpNode(accepted, _time);
        viewer.Start(Token);
        server.Start(Token);
        var channel = await viewer.OpenAsync();
        server.Pump.Post(new SessionCommand
        {
            Kind = SessionCommandKind.SendAuthority, Channel = channel,
                Payload = new byte[Frame / 2],
        });
        await viewer.WaitAsync(SessionEventKind.Authority);

        // A block a second would be there in one; half of it has gone by now.
        _time.Advance(TimeSpan.FromSeconds(1.2));
        Assert.False(limits.Download.TryTake(place, default, Frame, Frame, default));
        _time.Advance(TimeSpan.FromSeconds(0.6));
        Assert.True(limits.Download.TryTake(place, default, Frame, Frame, default));
    }

    [Fact]
    public async Task A_link_that_is_slow_leaves_its_share_to_the_others()
    {
        var limits = Limits(BlocksPerSecond * Frame);
        await using var slow = await PairAsync(limits);
        await using var quick = await PairAsync(limits);
        var release = new TaskCompletionSource();
        slow.Viewer.Before = (told, _) =>
            told.Kind == SessionEventKind.BlockArrived ? new ValueTask(release.Task) : default;
        var slowChannel = await slow.Viewer.OpenAsync();
        var quickChannel = await quick.Viewer.OpenAsync();
        for (uint i = 0; i < 100; i++) slow.Viewer.Request(slowChannel, i);
        await slow.Server.WaitAsync(SessionEventKind.BlockServed);

        for (uint i = 0; i < 60; i++) quick.Viewer.Request(quickChannel, i);
        try
        {
            // Blocks that the slow link still takes are the quick one's loss, and no more than these.
            for (var steps = 0; quick.Viewer.Arrived < 60; steps++)
            {
                Assert.InRange(steps, 0, 150);
                var before = quick.Viewer.Arrived;
                _time.Advance(BlockTime);
                for (var i = 0; i < 50 && quick.Viewer.Arrived == before; i++)
                    await Task.Delay(2, Token);
            }

            // What a pipe and a batch hold, no more.
            Assert.Equal(0, slow.Viewer.Arrived);
            Assert.InRange(slow.Server.Pump.BytesSent, Frame, 12 * Frame);
        }
        finally
        {
            release.SetResult();
        }
    }

    [Fact]
    public async Task A_link_that_ends_while_it_waits_gives_its_blocks_back()
    {
        var limits = Limits(FairLimiter.LowestRate);
        await using var pair = await PairAsync(limits);
        var channel = await pair.Viewer.OpenAsync();
        for (uint i = 0; i < 50; i++) pair.Viewer.Request(channel, i);
        await ArriveAsync(pair.Viewer, 1);
        await pair.Server.Pump.DisposeAsync();
        await Task.WhenAll(pair.Server.Running, pair.Viewer.Running).WaitAsync(Soon, Token);
        Assert.Equal(0, pair.Server.Pool.Rented);
        Assert.Equal(0, pair.Viewer.Pool.Rented);

        // Nobody waits: time passes without a trace.
        _time.Advance(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_limit_that_is_lifted_lets_all_go()
    {
        var limits = Limits(FairLimiter.LowestRate);
        await using var pair = await PairAsync(limits);
        var channel = await pair.Viewer.OpenAsync();
        for (uint i = 0; i < 50; i++) pair.Viewer.Request(channel, i);
        await ArriveAsync(pair.Viewer, 1);
        limits.Upload.Rate = null;
        Assert.False(limits.Upload.IsLimiting);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await ArriveAsync(pair.Viewer, 50);
    }

    [Fact]
    public async Task A_streams_own_limit_holds_on_a_node_without_one()
    {
        var limits = Limits(null);
        limits.Upload.SetRate(PumpNode.Stream, BlocksPerSecond * Frame);
        await using var pair = await PairAsync(limits);
        var channel = await pair.Viewer.OpenAsync();
        for (uint i = 0; i < 10; i++) pair.Viewer.Request(channel, i);
        await ArriveAsync(pair.Viewer, 2);
        for (var i = 3; i <= 10; i++)
        {
            Assert.Equal(i - 1, pair.Viewer.Arrived);
            _time.Advance(BlockTime);
            await ArriveAsync(pair.Viewer, i);
        }
    }

    [Fact]
    public async Task Over_TLS_nothing_goes_faster_than_the_limit()
    {
        const int Blocks = 120;
        const long Rate = 8_000_000;
        using var upload = new LinkLimiter(TimeProvider.System) { Rate = Rate };
        using var download = new LinkLimiter(TimeProvider.System);
        var limits = new LinkLimits(upload, download, 0);
        var (dialled, accepted) = await Links.PairAsync(TlsTcpTransport.AddressTag);
        await using var viewer = new PumpNode(dialled);
        await using var server = new PumpNode(accepted, limits: limits);
        viewer.Start(Token);
        server.Start(Token);
        var channel = await viewer.OpenAsync();
        var start = Stopwatch.GetTimestamp();
        for (uint i = 0; i < Blocks; i++) viewer.Request(channel, i);
        await ArriveAsync(viewer, Blocks);
        var allowed = (Blocks * Frame - Frame) / (double)Rate - FairLimiter.Burst.TotalSeconds;
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, allowed, Soon.TotalSeconds);
        await server.DisposeAsync();
        Assert.Equal(0, server.Pool.Rented);
    }

    private static async Task ArriveAsync(PumpNode viewer, int blocks)
    {
        while (viewer.Arrived < blocks)
            await viewer.WaitAsync(SessionEventKind.BlockArrived).WaitAsync(Soon, Token);
    }

    private LinkLimits Limits(long? rate) => new(
        new LinkLimiter(_time) { Rate = rate }, new LinkLimiter(_time), 0);

    private async Task<PumpPair> PairAsync(LinkLimits limits)
    {
        var (dialled, accepted) = await Links.PairAsync(MemoryTransport.AddressTag);
        var pair = new PumpPair(new PumpNode(dialled, _time), new PumpNode(accepted, _time, limits));
        pair.Viewer.Start(Token);
        pair.Server.Start(Token);
        return pair;
    }

    private sealed class Waiting : ILimitedParty
    {
        public void OnTurn()
        {
        }
    }

    private sealed record PumpPair(PumpNode Viewer, PumpNode Server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Viewer.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
