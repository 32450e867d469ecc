namespace P2PStream.Transport;

/// <summary>Accepts links. Disposing ends it; links that it accepted live on.</summary>
public interface ILinkListener : IAsyncDisposable
{
    /// <summary>Where it listens, with the real port where 0 was asked.</summary>
    TransportAddress LocalAddress { get; }

    /// <summary>Waits for a link whose handshake is complete; one that fails its handshake is never
    /// seen.</summary>
    /// <returns>The link, or null when the listener was disposed.</returns>
    ValueTask<ILink?> AcceptAsync(CancellationToken cancellationToken);
}
