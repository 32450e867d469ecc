using System.Globalization;

namespace P2PStream.Discovery.Tests;

/// <summary>Announces keys from some nodes of a population and looks for them from others, and
/// counts how it went.</summary>
internal sealed class SearchCampaign(Population population, int keys, int searchesOfEach)
{
    private readonly VirtualNetwork _network = population.Network;
    private readonly List<TimeSpan> _first = [];
    private readonly List<TimeSpan> _complete = [];
    private readonly List<int> _hops = [];
    private readonly List<int> _stored = [];
    private int _searches;

    public double Success => (double)_first.Count / _searches;

    public TimeSpan MedianFirst => Median(_first);

    public TimeSpan MedianComplete => Median(_complete);

    public double MeanHops => _hops.Average();

    public double MeanStored => _stored.Average();

    /// <summary>Datagrams for each search, maintenance of all nodes included.</summary>
    public double DatagramsPerSearch { get; private set; }

    public SearchCampaign Run()
    {
        var announced = Announce();
        var before = _network.DatagramsSent;
        foreach (var (key, peer) in announced) Search(key, peer);
        DatagramsPerSearch = (double)(_network.DatagramsSent - before) / _searches;
        return this;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{_searches} searches: found {Success:0.0000}, first peer {MedianFirst.TotalMilliseconds:0} ms, "
        + $"complete {MedianComplete.TotalMilliseconds:0} ms, hops {MeanHops:0.00}, "
        + $"stored {MeanStored:0.0}, {DatagramsPerSearch:0} datagrams");

    private List<(InfoHash Key, DhtEndPoint Peer)> Announce()
    {
        List<(InfoHash, DhtEndPoint)> announced = [];
        List<(VirtualHost Host, DhtOperation Operation)> running = [];
        for (var i = 0; i < keys; i++)
        {
            var host = population.RandomLive();
            var key = new InfoHash(_network.Random.NextNodeId());
            running.Add((host, _network.Do(host, (node, now) => node.Announce(key, 4242, now))));
            announced.Add((key, host.EndPoint.WithPort(4242)));
        }

        foreach (var (host, operation) in running)
            _stored.Add(_network.Finish(host, operation).Count);
        return announced;
    }

    /// <summary>All searches of one key at once: they disturb each other no more than strangers
    /// do.</summary>
    private void Search(InfoHash key, DhtEndPoint peer)
    {
        var start = _network.Now;
        List<(VirtualHost Host, DhtOperation Operation)> running = [];
        while (running.Count < searchesOfEach)
        {
            var host = population.RandomLive();
            if (running.Any(one => one.Host == host)) continue;
            running.Add((host, _network.Do(host, (node, now) => node.GetPeers(key, now))));
        }

        foreach (var (host, operation) in running)
        {
            _network.Finish(host, operation);
            Count(host, operation, peer, start);
        }
    }

    private void Count(
        VirtualHost host, DhtOperation operation, DhtEndPoint peer, TimeSpan start)
    {
        _searches++;
        foreach (var (at, e) in host.Events.Where(one => one.Event.Operation == operation))
        {
            if (e.Kind == KademliaEventKind.PeerFound && e.Peer == peer) _first.Add(at - start);
            if (e.Kind != KademliaEventKind.Ended) continue;
            _complete.Add(at - start);
            _hops.Add(e.Hops);
        }
    }

    private static TimeSpan Median(List<TimeSpan> times) =>
        times.Order().ElementAtOrDefault(times.Count / 2);
}
