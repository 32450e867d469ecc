using System.Net;
using System.Threading.Channels;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>A host's call that waits for a DHT operation.</summary>
internal sealed class DhtCall
{
    private readonly Channel<IPEndPoint> _peers = Channel.CreateUnbounded<IPEndPoint>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly TaskCompletionSource<int> _count =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set and read on the node's loop only.</summary>
    public DhtOperation Operation { get; set; }

    /// <summary>Peers as they are found. Unbounded here, since a look-up has a limit of its own.
    /// </summary>
    public ChannelReader<IPEndPoint> Peers => _peers.Reader;

    public Task<int> Count => _count.Task;

    public void Found(IPEndPoint peer) => _peers.Writer.TryWrite(peer);

    public void End(int count)
    {
        _peers.Writer.TryComplete();
        _count.TrySetResult(count);
    }

    public void Fail(Exception error)
    {
        _peers.Writer.TryComplete(error);
        if (_count.TrySetException(error)) _ = _count.Task.Exception; // Nobody may be waiting.
    }
}
