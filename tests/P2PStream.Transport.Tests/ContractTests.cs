using System.Net;
using P2PStream.Protocol;
using P2PStream.Testing;

namespace P2PStream.Transport.Tests;

/// <summary>Our own transports keep the contract that a third party's is held to.</summary>
public sealed class ContractTests
{
    private static readonly IReadOnlyList<ContractCase> Memory = TransportContract.Cases(() =>
    {
        var network = new MemoryNetwork();
        return new TransportSubject(
            new MemoryTransport(network, Ids.Numbered(1)),
            new MemoryTransport(network, Ids.Numbered(2)),
            new TransportAddress(MemoryTransport.AddressTag, "node:0"))
        {
            Unreachable = new TransportAddress(MemoryTransport.AddressTag, "nowhere"),
        };
    });

    private static readonly IReadOnlyList<ContractCase> TlsTcp = TransportContract.Cases(() =>
    {
        var one = LinkIdentity.Create();
        var other = LinkIdentity.Create();
        return new TransportSubject(
            new TlsTcpTransport(one), new TlsTcpTransport(other), Loopback.AnyPort)
        {
            Unreachable = Loopback.Closed,
            OnDispose = () =>
            {
                one.Dispose();
                other.Dispose();
            },
        };
    });

    private static readonly IReadOnlyList<ContractCase> PlainTcp = TransportContract.Cases(() =>
        new TransportSubject(
            new PlainTcpTransport(Ids.Numbered(1)), new PlainTcpTransport(Ids.Numbered(2)),
            Loopback.AnyPlainPort)
        {
            Unreachable = Loopback.Closed with { Tag = PlainTcpTransport.AddressTag },
        });

    public static TheoryData<string> Names => [.. Memory.Select(contractCase => contractCase.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Memory_keeps(string name) => RunAsync(Memory, name);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Tls_over_tcp_keeps(string name) => RunAsync(TlsTcp, name);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Plain_tcp_keeps(string name) => RunAsync(PlainTcp, name);

    private static Task RunAsync(IReadOnlyList<ContractCase> cases, string name) =>
        cases.Single(contractCase => contractCase.Name == name)
            .RunAsync(TestContext.Current.CancellationToken);
}
