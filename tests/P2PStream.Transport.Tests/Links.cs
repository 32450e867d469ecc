using P2PStream.Protocol;

namespace P2PStream.Transport.Tests;

/// <summary>Both ends of a fresh link of any kind.</summary>
internal static class Links
{
    public static async Task<(ILink Dialled, ILink Accepted)> PairAsync(string kind)
    {
        if (kind == MemoryTransport.AddressTag)
        {
            var network = new MemoryNetwork();
            return await ConnectAsync(
                new MemoryTransport(network, Ids.Numbered(1)),
                new MemoryTransport(network, Ids.Numbered(2)),
                new TransportAddress(MemoryTransport.AddressTag, "node:0"));
        }

        if (kind == PlainTcpTransport.AddressTag)
            return await ConnectAsync(
                new PlainTcpTransport(Ids.Numbered(1)), new PlainTcpTransport(Ids.Numbered(2)),
                Loopback.AnyPlainPort);

        // The keys outlive the handshake no more than they must.
        using var one = LinkIdentity.Create();
        using var other = LinkIdentity.Create();
        return await ConnectAsync(
            new TlsTcpTransport(one), new TlsTcpTransport(other), Loopback.AnyPort);
    }

    private static async Task<(ILink Dialled, ILink Accepted)> ConnectAsync(
        ITransport listening, ITransport dialling, TransportAddress address)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var listener = await listening.ListenAsync(address, cancellationToken);
        var dialled = await dialling.ConnectAsync(listener.LocalAddress, cancellationToken);
        return (dialled, (await listener.AcceptAsync(cancellationToken))!);
    }
}
