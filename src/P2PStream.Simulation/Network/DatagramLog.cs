namespace P2PStream.Simulation;

/// <summary>What is known of the datagrams of one thread's nodes, and those that are not under way.</summary>
internal sealed class DatagramLog
{
    private readonly Stack<Datagram> _free = new();

    public long Sent { get; set; }

    public long Lost { get; set; }

    public long Bytes { get; set; }

    /// <summary>Seconds until a node of the audience had heard of the first other.</summary>
    public List<double> FirstPeers { get; } = [];

    public Datagram Rent() => _free.TryPop(out var datagram) ? datagram : new Datagram();

    /// <summary>Nobody looks at a datagram any more.</summary>
    public void Return(Datagram datagram) => _free.Push(datagram);
}
