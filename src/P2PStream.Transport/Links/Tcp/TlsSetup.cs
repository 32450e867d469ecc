using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace P2PStream.Transport;

/// <summary>Mutual TLS: the remote proves its key. Borrows the identity.</summary>
internal sealed class TlsSetup(LinkIdentity identity, SslProtocols protocols) : TcpSetup
{
    public override string Tag => TlsTcpTransport.AddressTag;

    public override string Name => "TLS handshake";

    protected override async ValueTask<TcpLink> HandshakeAsync(
        TcpStart start, CancellationToken cancellationToken)
    {
        var tls = new SslStream(
            new CoalescingStream(new NetworkStream(start.Socket, ownsSocket: true)));
        try
        {
            if (start.Dialled is null)
                await tls.AuthenticateAsServerAsync(
                    TlsPolicy.Server(identity, protocols), cancellationToken).ConfigureAwait(false);
            else
                await tls.AuthenticateAsClientAsync(
                    TlsPolicy.Client(identity, protocols), cancellationToken).ConfigureAwait(false);
            var remote = LinkIdentity.IdOf(TlsPolicy.RemoteOf(tls));
            return new TlsTcpLink(start.Socket, tls, start.Describe(remote));
        }
        catch
        {
            // The socket first: disposing TLS would say a goodbye that nobody waits for.
            start.Socket.Dispose();
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
