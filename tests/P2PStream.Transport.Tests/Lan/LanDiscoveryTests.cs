using System.Net;
using System.Net.Sockets;
using System.Text;
using P2PStream.Discovery;

namespace P2PStream.Transport.Tests;

/// <summary>Multicast with real sockets: on the loopback interface, and between two hosts.</summary>
public sealed class LanDiscoveryTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private static readonly InfoHash Key = InfoHash.FromStream("on this network"u8);

    [Fact(Timeout = Limit)]
    public async Task Who_comes_finds_who_is_there_and_is_found_by_him()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var first = new LanDiscovery(Options(0), TimeProvider.System);
        Assert.SkipWhen(first.Problem is not null, first.Problem ?? "");
        var port = first.Groups[0].Port;
        await using var second = new LanDiscovery(Options(port), TimeProvider.System);
        var (byFirst, bySecond) = (NewFinding(), NewFinding());
        using var one = first.Announce(Key, 7001, byFirst.SetResult);
        using var two = second.Announce(Key, 7002, peer => bySecond.TrySetResult(peer));
        Assert.Equal(new(IPAddress.Loopback, 7002), await byFirst.Task.WaitAsync(cancellation));
        Assert.Equal(new(IPAddress.Loopback, 7001), await bySecond.Task.WaitAsync(cancellation));
    }

    [Theory(Timeout = Limit)]
    [InlineData("fd00:6771::1", "fd00:6771::2", "/64", "[ff15::efc0:988f]:6771")]
    [InlineData("2001:db8:71::1", "2001:db8:71::2", "/64", "[ff15::efc0:988f]:6771")]
    [InlineData("10.67.71.1", "10.67.71.2", "/24", "239.192.152.143:6771")]
    [InlineData("198.51.100.130", "198.51.100.190", "/26", "239.192.152.143:6771")]
    public async Task Hosts_on_one_network_find_each_other(
        string first, string second, string prefix, string group)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var cable = Cable.LayOrSkip(first + prefix, second + prefix);
        await using var one = OnHost(0);
        await using var two = OnHost(1);
        Assert.Equal(group, Assert.Single(one.Groups).ToString());
        Assert.Equal(group, Assert.Single(two.Groups).ToString());
        var (byOne, byTwo) = (NewFinding(), NewFinding());
        using var there = one.Announce(Key, 7001, peer => byOne.TrySetResult(peer));
        using var come = two.Announce(Key, 7002, peer => byTwo.TrySetResult(peer));
        Assert.Equal(new(IPAddress.Parse(second), 7002), await byOne.Task.WaitAsync(cancellation));
        Assert.Equal(new(IPAddress.Parse(first), 7001), await byTwo.Task.WaitAsync(cancellation));

        // As it is without being told anything, but sooner again: multicast may be lost.
        LanDiscovery OnHost(int host) => cable.Hosts[host].Run(() => new LanDiscovery(
            new LanDiscoveryOptions { Interval = TimeSpan.FromMilliseconds(100) },
            TimeProvider.System));
    }

    [Fact(Timeout = Limit)]
    public async Task Messages_of_others_are_heard_and_nonsense_is_not()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var ours = new LanDiscovery(Options(0), TimeProvider.System);
        Assert.SkipWhen(ours.Problem is not null, ours.Problem ?? "");
        var found = NewFinding();
        using var one = ours.Announce(Key, 7001, found.SetResult);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface,
            IPAddress.Loopback.GetAddressBytes());
        string[] messages =
        [
            "", "BT-SEARCH * HTTP/1.1\r\n", "GET / HTTP/1.1\r\nPort: 1\r\n\r\n",
            $"BT-SEARCH * HTTP/1.1\r\nPort: 99999\r\nInfohash: {Key}\r\n\r\n\r\n",
            "BT-SEARCH * HTTP/1.1\r\nPort: 5\r\nInfohash: 12\r\n\r\n\r\n",
            $"BT-SEARCH * HTTP/1.1\r\nPort: 5\r\nInfohash: {InfoHash.FromStream("x"u8)}\r\n\r\n\r\n",
            new string('x', 1500),
            // As others write it.
            $"BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 7003\r\n"
                + $"Infohash: {Key.ToString().ToUpperInvariant()}\r\n\r\n\r\n",
        ];
        foreach (var message in messages)
        {
            await other.SendToAsync(Encoding.ASCII.GetBytes(message), SocketFlags.None,
                ours.Groups[0], cancellation);
        }

        Assert.Equal(new(IPAddress.Loopback, 7003), await found.Task.WaitAsync(cancellation));
    }

    [Fact]
    public async Task Where_multicast_is_not_possible_one_line_says_so()
    {
        var log = new KeptLog();
        // An address that no host has (RFC 5737).
        var options = Options(0) with { Interfaces = [IPAddress.Parse("192.0.2.77")], Log = log };
        await using var discovery = new LanDiscovery(options, TimeProvider.System);
        using var nobody = discovery.Announce(Key, 7001, _ => Assert.Fail("found somebody"));
        var line = Assert.Single(log.Lines);
        Assert.Equal(discovery.Problem, line);
        Assert.Contains("192.0.2.77", line, StringComparison.Ordinal);
    }

    private static LanDiscoveryOptions Options(int port) =>
        new() { Port = port, Interfaces = [IPAddress.Loopback] };

    private static TaskCompletionSource<IPEndPoint> NewFinding() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
