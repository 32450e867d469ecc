using System.Threading.Channels;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>A host's call that waits for a DHT operation: what the operation tells, up to its end.
/// </summary>
internal sealed class DhtCall
{
    // Unbounded, since a look-up has limits of its own.
    private readonly Channel<KademliaEvent> _events = Channel.CreateUnbounded<KademliaEvent>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    /// <summary>Set and read on the node's loop only.</summary>
    public DhtOperation Operation { get; set; }

    /// <summary>True once nobody waits for it: set by anybody, and not unset.</summary>
    public volatile bool IsAbandoned;

    /// <summary>The last is <see cref="KademliaEventKind.Ended"/>.</summary>
    public ChannelReader<KademliaEvent> Events => _events.Reader;

    public void Take(in KademliaEvent e)
    {
        _events.Writer.TryWrite(e);
        if (e.Kind == KademliaEventKind.Ended) _events.Writer.TryComplete();
    }

    public void Fail(Exception error) => _events.Writer.TryComplete(error);
}
