namespace P2PStream.Transfer;

/// <summary>
/// Seeds in one namespace, leeches in others, a pair of virtual devices to each: loopback among those
/// of one namespace is unbounded, what the seeds send may be shaped.
/// </summary>
internal sealed class Star : Route
{
    private readonly NetworkNamespace _center = new();
    private readonly List<NetworkNamespace> _arms = [];

    /// <param name="arms">Namespaces of leeches, each a subnet of its own; one can be shaped.</param>
    /// <param name="seedMegabits">What the seeds may send; 0 for all there is.</param>
    public Star(int arms = 1, double seedMegabits = 0)
    {
        try
        {
            for (var i = 0; i < arms; i++) AddArm(i);
            if (seedMegabits > 0) _center.Shape("seed0", seedMegabits);
        }
        catch (IOException)
        {
            Remove();
            throw;
        }
    }

    /// <summary>Of the center in the first arm's subnet.</summary>
    public override Place Seeds => _center.At(Center(0));

    public override Place Leeches => Arm(0);

    /// <summary>Listening at all of the center's addresses.</summary>
    public Place Everywhere => _center.At("0.0.0.0");

    /// <summary>The center's address in an arm's subnet.</summary>
    public static string Center(int arm) => $"10.88.{arm}.1";

    public Place Arm(int arm) => _arms[arm].At($"10.88.{arm}.2");

    public override ValueTask DisposeAsync()
    {
        Remove();
        return ValueTask.CompletedTask;
    }

    private void AddArm(int number)
    {
        var arm = new NetworkNamespace();
        _arms.Add(arm);
        var (inside, outside) = ($"seed{number}", "leech");
        _center.Ip("link", "add", inside, "type", "veth", "peer", "name", outside, "netns", arm.Name);
        _center.Ip("addr", "add", $"{Center(number)}/24", "dev", inside);
        _center.Ip("link", "set", inside, "up");
        arm.Ip("addr", "add", $"10.88.{number}.2/24", "dev", outside);
        arm.Ip("link", "set", outside, "up");
    }

    private void Remove()
    {
        foreach (var arm in _arms) arm.Dispose();
        _center.Dispose();
    }
}
