using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>
/// Links between nodes of one process, over pipes with back-pressure and without a clock: for tests
/// and for several nodes in one host. Identities are given, not proven by a key.
/// </summary>
/// <param name="network">Where its listeners are found.</param>
/// <param name="localId">What the other end sees as <see cref="LinkInfo.Remote"/>.</param>
public sealed class MemoryTransport(MemoryNetwork network, PeerId localId) : ITransport
{
    /// <summary>The tag of its addresses, whose value is any text; one that ends in <c>:0</c> asks
    /// for a free number.</summary>
    public const string AddressTag = "memory";

    /// <inheritdoc/>
    public string Tag => AddressTag;

    /// <inheritdoc/>
    public PeerId LocalId => localId;

    /// <inheritdoc/>
    public async ValueTask<ILink> ConnectAsync(
        TransportAddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Check(address);
        var listener = network.Find(address.Value);
        var (dialled, accepted) = MemoryLink.Pair(localId, listener.LocalId, address);
        await listener.OfferAsync(accepted, cancellationToken).ConfigureAwait(false);
        return dialled;
    }

    /// <inheritdoc/>
    public ValueTask<ILinkListener> ListenAsync(
        TransportAddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Check(address);
        var listener = network.Listen(address.Value);
        listener.LocalId = localId;
        return new ValueTask<ILinkListener>(listener);
    }

    private static void Check(TransportAddress address)
    {
        if (address.Tag != AddressTag || string.IsNullOrEmpty(address.Value))
            throw new LinkException($"{address} is no memory address.");
    }
}
