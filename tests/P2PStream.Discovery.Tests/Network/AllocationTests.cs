using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>Answering allocates nothing, so that a flood of queries makes no garbage.</summary>
public sealed class AllocationTests
{
    private static readonly DhtEndPoint Asker = Hosts.Loopback(9);

    [Theory]
    [InlineData("e1:q4:ping1:t2:aa1:y1:qe")]
    [InlineData("6:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe")]
    [InlineData("9:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe")]
    [InlineData("9:info_hash20:mnopqrstuvwxyz1234564:porti80e5:token2:xxe1:q13:announce_peer"
        + "1:t2:aa1:y1:qe")]
    public void Queries_are_answered_without_garbage(string tail)
    {
        var network = new VirtualNetwork(1) { Delay = (1, 2) };
        for (var i = 0; i < 20; i++)
        {
            var host = network.Add(Hosts.Loopback(1000 + i));
            network.Do(host, (n, now) => n.Join([Hosts.Loopback(1000)], now));
            network.RunFor(TimeSpan.FromSeconds(1));
        }

        var node = network.Hosts[0].Node;
        var query = Encoding.ASCII.GetBytes("d1:ad2:id20:abcdefghij0123456789" + tail);
        var buffer = new byte[KademliaNode.MaxDatagramBytes];
        Answer(node, query, buffer, network.Now);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Answer(node, query, buffer, network.Now);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Answer(KademliaNode node, byte[] query, byte[] buffer, TimeSpan now)
    {
        node.Receive(query, Asker, now);
        while (node.TryTransmit(buffer, out _, out _))
        {
        }
    }
}
