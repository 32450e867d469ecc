using System.Net;
using System.Net.Sockets;
using P2PStream.Testing;

namespace P2PStream.Transport.Tests;

public sealed class DatagramTests
{
    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private static readonly IReadOnlyList<ContractCase> Udp =
        DatagramContract.Cases(() => UdpDatagramSocket.Bind(AnyPort));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Udp.Select(contractCase => contractCase.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Udp_keeps(string name) =>
        Udp.Single(contractCase => contractCase.Name == name).RunAsync(Token);

    [Fact]
    public async Task A_port_in_use_is_refused_in_one_line()
    {
        await using var one = UdpDatagramSocket.Bind(AnyPort);
        var error = Assert.Throws<LinkException>(() => UdpDatagramSocket.Bind(one.LocalEndPoint));
        Assert.Equal($"Port {one.LocalEndPoint.Port} is in use at 127.0.0.1.", error.Message);
    }

    [Fact]
    public async Task A_pair_has_one_port()
    {
        await using var pair = PortPair.Bind(AnyPort);
        Assert.Equal(pair.EndPoint, pair.Listener.LocalEndPoint);
        Assert.Equal(pair.EndPoint, pair.Datagrams.LocalEndPoint);
        Assert.NotEqual(0, pair.EndPoint.Port);
    }

    [Theory]
    [InlineData(SocketType.Stream, ProtocolType.Tcp)]
    [InlineData(SocketType.Dgram, ProtocolType.Udp)]
    public void A_pair_is_refused_where_either_port_is_in_use(
        SocketType type, ProtocolType protocol)
    {
        using var taken = new Socket(AddressFamily.InterNetwork, type, protocol);
        taken.Bind(AnyPort);
        if (type == SocketType.Stream) taken.Listen();
        var error = Assert.Throws<LinkException>(() =>
            PortPair.Bind((IPEndPoint)taken.LocalEndPoint!));
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_is_made_at_a_pairs_port()
    {
        await using var pair = PortPair.Bind(AnyPort);
        using var identity = LinkIdentity.Create();
        var transport = new TlsTcpTransport(identity);
        await using var listener = transport.Listen(pair.Listener);
        Assert.Equal(pair.EndPoint.ToString(), listener.LocalAddress.Value);
        await using var dialled = await transport.ConnectAsync(listener.LocalAddress, Token);
        Assert.Equal(identity.Id, dialled.Info.Remote);
    }
}
