using P2PStream.Discovery;
using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>Announces a node in the DHT and looks there for others as a shell does, often at first, then
/// seldom.</summary>
internal sealed class DhtSearch : IEventTarget
{
    private const int SearchDue = 23;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly DatagramNetwork _network;
    private readonly SimulatedNode _node;
    private readonly DhtHost _host;
    private readonly InfoHash _key;
    private DhtOperation? _searching;
    private DhtOperation? _announcing;
    private TimeSpan _pause = FirstPause;
    private int _found;
    private bool _hasHeard;
    private bool _isOver;

    public DhtSearch(World world, DatagramNetwork network, SimulatedNode node)
    {
        _network = network;
        _node = node;
        _host = new DhtHost(world, network, node.Clock, node.Number, node.IsBehindNat) { Told = Hear };
        _key = InfoHash.FromStream(world.Authority.Catalog.Stream.Value.ToArray());
    }

    public void Start()
    {
        _network.Add(_host);
        _host.Join();
        Search();
    }

    public void End()
    {
        _isOver = true;
        _host.Leave();
    }

    public void Happen(int what, object? data)
    {
        if (!_isOver) Search();
    }

    private void Search()
    {
        _found = 0;
        _searching = _host.GetPeers(_key);
        _host.Collect();
    }

    private void Hear(KademliaEvent e)
    {
        if (_isOver) return;
        if (e.Kind == KademliaEventKind.PeerFound && e.Operation == _searching) Found(e.Peer);
        if (e.Kind != KademliaEventKind.Ended) return;
        if (e.Operation == _searching)
        {
            _node.DiscoveryDone();
            _announcing = _host.Announce(_key);
        }
        else if (e.Operation == _announcing)
        {
            _pause = e.Count == 0 && _found == 0 ? FirstPause : Longer(_pause);
            _node.Clock.After(_pause, this, SearchDue);
        }
    }

    private void Found(DhtEndPoint peer)
    {
        if (peer == _host.EndPoint) return;
        _found++;
        if (!_hasHeard && !_node.Role.IsPublisher) 
            _host.Log.FirstPeers.Add((_node.Clock.Now - _node.Arrived).TotalSeconds);
        _hasHeard = true;
        _node.Found(new DialAddress(_node.Address.Tag, peer.ToString()));
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
