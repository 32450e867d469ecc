namespace P2PStream.Discovery.Tests;

/// <summary>A routing table from one run to the next.</summary>
public sealed class SavedTableTests
{
    private readonly Population _population = new(81, 400);

    private VirtualNetwork Network => _population.Network;

    [Fact]
    public void A_restored_node_joins_without_contacts_and_finds_at_once()
    {
        var key = InfoHash.FromStream("a stream"u8);
        var publisher = Network.Hosts[3];
        Network.Finish(publisher, Network.Do(
            publisher, (node, now) => node.Announce(key, 4242, now)));
        var saved = Network.Hosts[17].Node.Save();
        Assert.InRange(saved.Length, 100 * 27, 512 * 27);
        var host = Network.Add(Hosts.Public(5000));
        Assert.True(host.Node.TryRestore(saved, Network.Now, out var error), error);
        // Before anybody has answered.
        var search = Network.Do(host, (node, now) => node.GetPeers(key, now));
        Network.Finish(host, search);
        Assert.Equal([publisher.EndPoint.WithPort(4242)], host.Peers(search));
        Network.RunFor(TimeSpan.FromSeconds(5));
        Assert.InRange(host.Node.RoutingTableSize, 100, 400);
        Assert.NotEqual(Network.Hosts[17].Node.Id, host.Node.Id);
    }

    [Fact]
    public void The_dead_of_a_saved_table_do_not_get_in()
    {
        var saved = Network.Hosts[17].Node.Save();
        _population.Kill(50);
        var host = Network.Add(Hosts.Public(5000));
        Assert.True(host.Node.TryRestore(saved, Network.Now, out _));
        Network.Do(host, (node, now) => node.FindNode(host.Node.Id, now));
        Network.RunFor(TimeSpan.FromMinutes(1));
        var live = Network.Hosts.Where(one => !one.IsDown).Select(one => one.EndPoint).ToList();
        var known = host.Node.Parts[0].Table.Good().Select(node => node.EndPoint).ToList();
        Assert.InRange(known.Count, 50, 400);
        Assert.Empty(known.Except(live));
    }

    [Fact]
    public void Both_families_are_saved()
    {
        CompactNode[] nodes =
        [
            new(new NodeId("abcdefghij0123456789"u8), Hosts.Public(1)),
            new(new NodeId("abcdefghij0123456780"u8), Hosts.At("2001:db8::1")),
        ];
        List<CompactNode> read = [];
        Assert.True(SavedTable.TryRead(SavedTable.Write(nodes), read, out _));
        Assert.Equal(nodes, read);
        Assert.True(SavedTable.TryRead(SavedTable.Write([]), read, out _));
        var many = Enumerable.Range(0, 2000)
            .Select(i => new CompactNode(default, Hosts.Public(i)));
        Assert.True(SavedTable.TryRead(SavedTable.Write(many), read, out _));
        Assert.Equal(SavedTable.MaxNodes, read.Count);
    }

    [Fact]
    public void A_damaged_table_is_one_clear_error_and_the_node_goes_on()
    {
        var saved = Network.Hosts[17].Node.Save();
        var host = Network.Hosts[18];
        var size = host.Node.RoutingTableSize;
        for (var i = 0; i < saved.Length; i += 7)
        {
            var damaged = (byte[])saved.Clone();
            damaged[i] ^= 0x10;
            Assert.False(host.Node.TryRestore(damaged, Network.Now, out var error));
            Assert.DoesNotContain('\n', error);
            Assert.False(host.Node.TryRestore(saved.AsSpan(0, i), Network.Now, out error));
            Assert.NotEmpty(error);
        }

        saved[7] = 2;
        Assert.False(host.Node.TryRestore(saved, Network.Now, out var version));
        Assert.Equal("The saved routing table is of version 2, not 1.", version);
        Assert.Equal(size, host.Node.RoutingTableSize);
        Network.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(0, host.Node.Counters.TimeOuts);
    }
}
