using System.Text;

namespace P2PStream.Discovery.Tests;

/// <summary>When a look-up goes several ways.</summary>
public sealed class PathTests
{
    private const int OnOne = 5;
    private const int OnThree = 6;

    private static readonly InfoHash Key = InfoHash.FromStream("a stream"u8);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(4);

    private readonly VirtualNetwork _network = new Population(121, 400).Network;

    private VirtualHost Host => _network.Hosts[30];

    [Fact]
    public void What_was_found_on_one_path_does_not_prove_the_next()
    {
        var publisher = _network.Hosts[3];
        _network.Do(publisher, (node, now) => node.KeepAnnounced(Key, 4242, now));
        _network.RunFor(Pause);
        Assert.Equal(OnThree, QueriesAtOnce());
        for (var i = 0; i < 3; i++)
        {
            _network.RunFor(Pause);
            Assert.Equal(OnOne, QueriesAtOnce());
        }

        // A quarter of an hour after the last time on three.
        _network.RunFor(Pause);
        Assert.Equal(OnThree, QueriesAtOnce());
    }

    [Fact]
    public void Nor_does_it_for_an_item()
    {
        var item = DhtItem.Sign(new byte[DhtItem.SeedBytes], [], 1, "i1e"u8);
        var publisher = _network.Hosts[3];
        var put = _network.Do(publisher, (node, now) => node.PutItem(item, now));
        _network.Finish(publisher, put);
        Assert.Equal(OnThree, QueriesAtOnce(item.Target));
        Assert.Equal(OnOne, QueriesAtOnce(item.Target));
        _network.RunFor(4 * Pause);
        Assert.Equal(OnThree, QueriesAtOnce(item.Target));
    }

    [Fact]
    public void Where_nothing_was_found_more_is_tried_the_next_time()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(OnThree, QueriesAtOnce());
            _network.RunFor(Pause);
        }
    }

    [Fact]
    public void What_one_node_alone_names_proves_nothing()
    {
        var key = Encoding.Latin1.GetString(Key.Key.ToArray());
        var keeper = _network.Hosts.MinBy(host => host.Node.Id ^ Key.Key)!;
        var peer = Hosts.Public(5000);
        List<string> heard = [];
        _network.Add(peer, (datagram, _) => heard.Add(Encoding.Latin1.GetString(datagram)));
        Ask(RawNode.GetPeers(key));
        Ask(RawNode.Announce(key, RawNode.Token(
            heard.Single(reply => reply.Contains("5:token8:", StringComparison.Ordinal)))));
        Assert.Equal(1, keeper.Node.StoredPeers);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(OnThree, QueriesAtOnce());
            _network.RunFor(Pause);
        }

        Assert.Contains(
            Host.Events, e => e.Event.Kind == KademliaEventKind.PeerFound && e.Event.Peer.Host == peer.Host);

        void Ask(string query)
        {
            _network.Send(Encoding.Latin1.GetBytes(query), peer, keeper.EndPoint);
            _network.RunFor(TimeSpan.FromMilliseconds(130));
        }
    }

    [Fact]
    public void Two_places_on_two_paths_prove_it()
    {
        var request = new LookupRequest(LookupKind.GetPeers, Key.Key);
        LookupPath[] paths = [Path(), Path()];
        Assert.False(HasFound((1, 0)));
        Assert.False(HasFound((1, 0), (2, 0)));
        Assert.False(HasFound((1, 0), (1, 1)));
        Assert.True(HasFound((1, 0), (2, 0), (3, 1)));

        bool HasFound(params (int Host, int Path)[] finders)
        {
            var lookup = new Lookup(default, request, new LocalIdentity(default),
                new KademliaOptions(), isIPv6: false, paths.Length);
            foreach (var (host, path) in finders)
            {
                var at = Hosts.Public(host, port: 1 + path);
                lookup.FoundBy(new LookupCandidate(at, null, 1) { Asker = paths[path] });
            }

            return lookup.HasFoundTwice;
        }

        static LookupPath Path() => new(Key.Key, 8, 2, isStrict: false, isSparing: true);
    }

    /// <summary>Queries that a look-up begins with.</summary>
    private int QueriesAtOnce(NodeId? item = null)
    {
        var before = Host.Node.PendingQueries;
        var search = _network.Do(Host, (node, now) =>
            item is { } target ? node.GetItem(target, [], now) : node.GetPeers(Key, now));
        var atOnce = Host.Node.PendingQueries - before;
        _network.Finish(Host, search);
        return atOnce;
    }
}
