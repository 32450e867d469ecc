using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Who is heard on the local network and how much of it, and when something is said: with
/// sockets and a clock that the test rules.</summary>
public sealed class LanRulesTests : IAsyncDisposable
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private static readonly InfoHash Key = InfoHash.FromStream("on this network"u8);
    private static readonly IPAddress Neighbour = IPAddress.Parse("192.168.7.2");

    private readonly TimerClock _time = new();
    private readonly KeptLog _log = new();
    private readonly LanSocket _socket = new();
    private readonly LanDiscovery _lan;
    private readonly List<IPEndPoint> _found = [];

    private IReadOnlyList<IPNetwork> _subnets = [IPNetwork.Parse("198.51.100.0/24")];

    public LanRulesTests() => _lan = new LanDiscovery(
        new LanDiscoveryOptions { Log = _log }, _time,
        [new LanGroup(new IPEndPoint(IPAddress.Parse("239.192.152.143"), 6771), _socket, _socket)],
        new LanNeighbours(_time, () => _subnets));

    [Theory(Timeout = Limit)]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.168.7.2", true)]
    [InlineData("169.254.1.2", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("198.51.100.77", true)]
    [InlineData("198.51.101.77", false)]
    [InlineData("203.0.113.1", false)]
    [InlineData("2001:db8::1", false)]
    public async Task Who_is_on_no_network_of_this_host_is_not_heard(string from, bool isHeard)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var told = _lan.Announce(Key, 7001, _found.Add);
        Assert.True(_socket.Said.TryRead(out _));
        await _socket.HearAsync(Message(7002), IPAddress.Parse(from), cancellation);
        Assert.Equal(isHeard ? [new(IPAddress.Parse(from), 7002)] : [], _found);
        // Nor is he answered.
        Assert.Equal(isHeard, _socket.Said.TryRead(out _));
    }

    [Fact(Timeout = Limit)]
    public async Task A_subnet_that_is_new_is_known_after_a_minute()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var from = IPAddress.Parse("203.0.113.1");
        using var told = _lan.Announce(Key, 7001, _found.Add);
        _subnets = [IPNetwork.Parse("203.0.113.0/24")];
        await _socket.HearAsync(Message(7002), from, cancellation);
        Assert.Empty(_found);
        _time.Advance(LanNeighbours.ReadInterval);
        await _socket.HearAsync(Message(7003), from, cancellation);
        Assert.Equal([new(from, 7003)], _found);
    }

    [Fact(Timeout = Limit)]
    public async Task Sixty_four_messages_a_second_are_read_and_strangers_take_no_part_of_them()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var stranger = IPAddress.Parse("203.0.113.1");
        using var told = _lan.Announce(Key, 7001, _found.Add);
        for (var second = 1; second <= 2; second++)
        {
            for (var i = 0; i < 64; i++)
                await _socket.HearAsync(Message(9), stranger, cancellation);
            for (var i = 0; i < 70; i++)
                await _socket.HearAsync(Message(7002), Neighbour, cancellation);
            Assert.Equal(64 * second, _found.Count);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Newcomers_are_answered_once_a_minute_at_most()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var told = _lan.Announce(Key, 7001, _found.Add);
        Assert.Equal(1, Said());
        await HearAsync();
        Assert.Equal(1, Said());
        await HearAsync();
        _time.Advance(TimeSpan.FromSeconds(59));
        await HearAsync();
        Assert.Equal(0, Said());
        _time.Advance(TimeSpan.FromSeconds(1));
        await HearAsync();
        await HearAsync();
        Assert.Equal(1, Said());

        Task HearAsync() => _socket.HearAsync(Message(7002), Neighbour, cancellation);

        int Said()
        {
            var said = 0;
            while (_socket.Said.TryRead(out _)) said++;
            return said;
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_there_is_said_again_every_five_minutes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var told = _lan.Announce(Key, 7001, _found.Add);
        var first = await _socket.Said.ReadAsync(cancellation);
        Assert.Contains(Key.ToString(), first, StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            var pause = await _time.Timers.ReadAsync(cancellation);
            Assert.Equal(TimeSpan.FromMinutes(5), pause);
            _time.Advance(pause);
            Assert.Equal(first, await _socket.Said.ReadAsync(cancellation));
        }

        told.Dispose();
        _time.Advance(await _time.Timers.ReadAsync(cancellation));
        // The next pause begins when all has been said.
        await _time.Timers.ReadAsync(cancellation);
        Assert.False(_socket.Said.TryRead(out _));
    }

    [Fact(Timeout = Limit)]
    public async Task A_host_that_takes_no_peer_is_told_once_and_hearing_goes_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var told = _lan.Announce(Key, 7001, peer =>
        {
            _found.Add(peer);
            throw new InvalidOperationException("not now");
        });
        Assert.True(_socket.Said.TryRead(out _));
        await _socket.HearAsync(Message(7002), Neighbour, cancellation);
        await _socket.HearAsync(Message(7003), Neighbour, cancellation);
        Assert.Equal([new(Neighbour, 7002), new(Neighbour, 7003)], _found);
        Assert.Contains(Key.ToString(), Assert.Single(_log.Lines), StringComparison.Ordinal);
        // The newcomer is answered all the same.
        Assert.True(_socket.Said.TryRead(out _));
    }

    public async ValueTask DisposeAsync() => await _lan.DisposeAsync();

    private static string Message(int port) =>
        $"BT-SEARCH * HTTP/1.1\r\nPort: {port}\r\nInfohash: {Key}\r\n\r\n\r\n";

    /// <summary>Tells which timers are set, once each is.</summary>
    private sealed class TimerClock : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

        public ChannelReader<TimeSpan> Timers => _timers.Reader;

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _timers.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
