using System.Net.Sockets;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>Both ends say who they are, and are believed.</summary>
internal sealed class PlainSetup(PeerId local) : TcpSetup
{
    private readonly byte[] _preface = PlainPreface.Of(local);

    public override string Tag => PlainTcpTransport.AddressTag;

    public override string Name => "plaintext preface";

    protected override async ValueTask<TcpLink> HandshakeAsync(
        TcpStart start, CancellationToken cancellationToken)
    {
        var socket = start.Socket;
        var isInitiator = start.Dialled is not null;
        if (isInitiator) await SayAsync(socket, cancellationToken).ConfigureAwait(false);
        var remote = await PlainPreface.ReadAsync(
            socket, local, start.Dialled?.Value ?? $"{socket.RemoteEndPoint}", cancellationToken)
            .ConfigureAwait(false);
        if (!isInitiator) await SayAsync(socket, cancellationToken).ConfigureAwait(false);
        return new PlainTcpLink(
            socket, new NetworkStream(socket, ownsSocket: true), start.Describe(remote));
    }

    private async ValueTask SayAsync(Socket socket, CancellationToken cancellationToken) =>
        await socket.SendAsync(_preface, cancellationToken).ConfigureAwait(false);
}
