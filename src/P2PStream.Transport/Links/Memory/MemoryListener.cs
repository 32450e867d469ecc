using System.Threading.Channels;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>Holds the links that were dialled and not yet accepted.</summary>
internal sealed class MemoryListener : ILinkListener
{
    /// <summary>Links waiting to be accepted, at most; further diallers wait.</summary>
    private const int Backlog = 64;

    private readonly MemoryNetwork _network;
    private readonly Channel<MemoryLink> _waiting = Channel.CreateBounded<MemoryLink>(Backlog);

    public MemoryListener(MemoryNetwork network, string name)
    {
        _network = network;
        LocalAddress = new TransportAddress(MemoryTransport.AddressTag, name);
    }

    public TransportAddress LocalAddress { get; }

    public PeerId LocalId { get; set; }

    public async ValueTask OfferAsync(MemoryLink link, CancellationToken cancellationToken)
    {
        try
        {
            await _waiting.Writer.WriteAsync(link, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException error)
        {
            throw new LinkException(
                $"Nobody listens at the memory address {LocalAddress.Value}.", error);
        }
    }

    public async ValueTask<ILink?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.TryRead(out var link)) return link;
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        _network.Remove(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var link))
            await link.DisposeAsync().ConfigureAwait(false);
    }
}
