namespace P2PStream.Discovery.Tests;

/// <summary>A node in a <see cref="VirtualNetwork"/>.</summary>
internal sealed class VirtualHost(KademliaNode node, DhtEndPoint endPoint)
{
    public KademliaNode Node { get; } = node;

    public DhtEndPoint EndPoint { get; } = endPoint;

    /// <summary>When it wants to be called, as it said after the last call.</summary>
    public TimeSpan WakeUp { get; set; } = node.NextWakeUp ?? TimeSpan.MaxValue;

    /// <summary>Gone without a word.</summary>
    public bool IsDown { get; set; }

    public List<(TimeSpan At, KademliaEvent Event)> Events { get; } = [];

    /// <summary>Bytes that it has sent to each endpoint.</summary>
    public Dictionary<DhtEndPoint, long> BytesTo { get; } = [];

    public bool HasEnded(DhtOperation operation) => Ending(operation) is not null;

    public KademliaEvent? Ending(DhtOperation operation) => Events
        .Where(e => e.Event.Operation == operation && e.Event.Kind == KademliaEventKind.Ended)
        .Select(e => (KademliaEvent?)e.Event)
        .FirstOrDefault();

    public IEnumerable<DhtEndPoint> Peers(DhtOperation operation) => Events
        .Where(e => e.Event.Operation == operation && e.Event.Kind == KademliaEventKind.PeerFound)
        .Select(e => e.Event.Peer);
}
