using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>Stands for discovery: knows who is there, and names some of them to whoever searches. Changes between
/// steps only.</summary>
internal sealed class Directory
{
    /// <summary>As many as a mainline node answers with.</summary>
    private const int MostNamed = 50;

    /// <summary>The nodes' tag: addresses are those of the default transport.</summary>
    private const string Tag = "tcp";

    private readonly List<SimulatedNode> _here = [];
    private readonly Dictionary<string, SimulatedNode> _byAddress = [];

    /// <summary>A node's address on the Internet: each has a /24 of its own, as most viewers have.</summary>
    public static DialAddress AddressOf(int number)
    {
        // 16.0.0.0 up, where nothing is reserved for millions of /24.
        var network = 16 * 65_536 + number;
        return new DialAddress(
            Tag, $"{network >> 16}.{(network >> 8) & 255}.{network & 255}.1:6881");
    }

    public SimulatedNode? Find(DialAddress address) => _byAddress.GetValueOrDefault(address.Value);

    public void Add(SimulatedNode node)
    {
        node.Place = _here.Count;
        _here.Add(node);
        _byAddress.Add(node.Address.Value, node);
    }

    public void Remove(SimulatedNode node)
    {
        var last = _here[^1];
        _here[node.Place] = last;
        last.Place = node.Place;
        _here.RemoveAt(_here.Count - 1);
        _byAddress.Remove(node.Address.Value);
    }

    /// <summary>Some of who is there, by the chance of who searches.</summary>
    public IEnumerable<SimulatedNode> Search(SimulatedNode from, SeededRandom chance)
    {
        for (var i = 0; i < Math.Min(MostNamed, _here.Count * 2); i++)
        {
            var found = _here[chance.Next(_here.Count)];
            if (found != from) yield return found;
        }
    }
}
