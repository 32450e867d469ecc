using System.Net;

namespace P2PStream.Transport.Tests;

public sealed class DemultiplexerTests
{
    /// <summary>In milliseconds: what waits in vain must fail.</summary>
    private const int Limit = 30_000;

    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData("64313a", DatagramKind.Dht)]
    [InlineData("000100002112a442000102030405060708090a0b", DatagramKind.Stun)]
    [InlineData("010100002112a442000102030405060708090a0b", DatagramKind.Stun)]
    [InlineData("0100abcd00000001000000010010000000010001", DatagramKind.Utp)]
    [InlineData("01", DatagramKind.Utp)]
    [InlineData("1100", DatagramKind.Utp)]
    [InlineData("2100", DatagramKind.Utp)]
    [InlineData("3100", DatagramKind.Utp)]
    [InlineData("4100", DatagramKind.Utp)]
    [InlineData("16fefd", DatagramKind.Dtls)]
    [InlineData("2f00", DatagramKind.Dtls)]
    [InlineData("", null)]
    [InlineData("51", null)]
    [InlineData("04", null)]
    [InlineData("80", null)]
    [InlineData("ff", null)]
    public void The_first_bytes_tell_the_protocol(string hex, DatagramKind? kind) =>
        Assert.Equal(kind, DatagramDemultiplexer.Classify(Convert.FromHexString(hex)));

    [Fact(Timeout = Limit)]
    public async Task Each_view_gets_its_own()
    {
        var token = TestContext.Current.CancellationToken;
        await using var port = new DatagramDemultiplexer(UdpDatagramSocket.Bind(AnyPort));
        var dht = port.View(DatagramKind.Dht);
        var stun = port.View(DatagramKind.Stun);
        await using var remote = UdpDatagramSocket.Bind(AnyPort);
        byte[] binding = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        await remote.SendAsync(new byte[] { 0xFF }, dht.LocalEndPoint, token);
        await remote.SendAsync(binding, dht.LocalEndPoint, token);
        await remote.SendAsync("de"u8.ToArray(), dht.LocalEndPoint, token);
        var buffer = new byte[64];
        Assert.Equal(new Datagram(2, remote.LocalEndPoint), await dht.ReceiveAsync(buffer, token));
        Assert.Equal(
            new Datagram(20, remote.LocalEndPoint), await stun.ReceiveAsync(buffer, token));
        Assert.Equal(binding, buffer[..20]);
        Assert.Equal(1, port.UnknownDropped);

        await stun.SendAsync(binding, remote.LocalEndPoint, token);
        Assert.Equal(new Datagram(20, port.View(DatagramKind.Dht).LocalEndPoint),
            await remote.ReceiveAsync(buffer, token));
    }

    [Fact(Timeout = Limit)]
    public async Task A_view_that_nobody_reads_loses_only_its_own()
    {
        var token = TestContext.Current.CancellationToken;
        var socket = new ScriptedSocket();
        await using var port = new DatagramDemultiplexer(socket);
        var dht = port.View(DatagramKind.Dht);
        port.View(DatagramKind.Stun);
        for (var i = 0; i < DatagramDemultiplexer.QueueLength + 10; i++)
            await socket.ArriveAsync([0, 1]);
        await socket.ArriveAsync([22, 1]);
        await socket.ArriveAsync(new byte[DatagramDemultiplexer.MaxDatagramBytes + 100]);
        await socket.ArriveAsync("de"u8.ToArray());
        Assert.Equal(2, (await dht.ReceiveAsync(new byte[64], token)).Length);
        Assert.Equal(10, port.Dropped(DatagramKind.Stun));
        Assert.Equal(1, port.Dropped(DatagramKind.Dtls));
        Assert.Equal(0, port.Dropped(DatagramKind.Dht));
        Assert.Equal(1, port.UnknownDropped);
    }

    [Fact(Timeout = Limit)]
    public async Task Disposing_the_port_ends_its_views()
    {
        var token = TestContext.Current.CancellationToken;
        var port = new DatagramDemultiplexer(UdpDatagramSocket.Bind(AnyPort));
        var receiving = port.View(DatagramKind.Dht).ReceiveAsync(new byte[64], token).AsTask();
        await port.DisposeAsync();
        await port.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => receiving);
    }
}
