using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>Stands for discovery: knows who is there, and names some of them to whoever searches.</summary>
internal sealed class Directory(ulong seed)
{
    /// <summary>As many as a mainline node answers with.</summary>
    private const int MostNamed = 50;

    /// <summary>The nodes' tag: addresses are those of the default transport.</summary>
    private const string Tag = "tcp";

    private readonly List<SimulatedNode> _here = [];
    private readonly Dictionary<string, SimulatedNode> _byAddress = [];
    private readonly SeededRandom _random = SeededRandom.For(seed, "directory", 0);

    public IReadOnlyList<SimulatedNode> Here => _here;

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

    /// <summary>Some of who is there, by chance.</summary>
    public IEnumerable<SimulatedNode> Search(SimulatedNode from)
    {
        for (var i = 0; i < Math.Min(MostNamed, _here.Count * 2); i++)
        {
            var found = _here[_random.Next(_here.Count)];
            if (found != from) yield return found;
        }
    }
}
