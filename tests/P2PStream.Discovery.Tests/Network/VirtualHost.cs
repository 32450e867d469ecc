namespace P2PStream.Discovery.Tests;

/// <summary>A node in a <see cref="VirtualNetwork"/>.</summary>
internal sealed class VirtualHost(KademliaNode node, DhtEndPoint endPoint)
{
    public KademliaNode Node { get; } = node;

    public DhtEndPoint EndPoint { get; } = endPoint;

    /// <summary>Its endpoint in the other family, of a dual stack.</summary>
    public DhtEndPoint? OtherEndPoint { get; init; }

    /// <summary>When it wants to be called, as it said after the last call.</summary>
    public TimeSpan WakeUp { get; set; } = node.NextWakeUp ?? TimeSpan.MaxValue;

    /// <summary>The earliest wake-up that the network has noted for it.</summary>
    public TimeSpan Noted { get; set; } = TimeSpan.MaxValue;

    /// <summary>Gone without a word.</summary>
    public bool IsDown { get; set; }

    public List<(TimeSpan At, KademliaEvent Event)> Events { get; } = [];

    /// <summary>Bytes that it has sent to each endpoint; counted where a test asks for it.
    /// </summary>
    public Dictionary<DhtEndPoint, long>? BytesTo { get; set; }

    public DhtEndPoint From(DhtEndPoint to) =>
        OtherEndPoint is { } other && other.IsIPv4 == to.IsIPv4 ? other : EndPoint;

    public bool HasEnded(DhtOperation operation) => Ending(operation) is not null;

    public KademliaEvent? Ending(DhtOperation operation) => Of(operation, KademliaEventKind.Ended)
        .Select(e => (KademliaEvent?)e)
        .FirstOrDefault();

    public IEnumerable<DhtEndPoint> Peers(DhtOperation operation) =>
        Of(operation, KademliaEventKind.PeerFound).Select(e => e.Peer);

    public IEnumerable<DhtItem> Items(DhtOperation operation) =>
        Of(operation, KademliaEventKind.ItemFound).Select(e => e.Item!);

    public IEnumerable<KademliaEvent> Of(DhtOperation operation, KademliaEventKind kind) => Events
        .Where(e => e.Event.Operation == operation && e.Event.Kind == kind)
        .Select(e => e.Event);
}
