using System.Net;
using System.Text;
using System.Threading.Channels;

namespace P2PStream.Transport.Tests;

/// <summary>Receives what the test says, and sends nothing anywhere: it keeps it, and holds senders up
/// while it is closed.</summary>
internal sealed class GatedSocket : IDatagramSocket
{
    private readonly ScriptedSocket _arriving = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _heldUp = new(0);
    private readonly Channel<(string Datagram, IPEndPoint To)> _sent =
        Channel.CreateUnbounded<(string, IPEndPoint)>();

    public IPEndPoint LocalEndPoint => _arriving.LocalEndPoint;

    public ValueTask ArriveAsync(byte[] datagram) => _arriving.ArriveAsync(datagram);

    public void Close() => _gate.Wait(TestContext.Current.CancellationToken);

    public void Open() => _gate.Release();

    /// <summary>Waits until somebody is held up.</summary>
    public Task HeldUpAsync(CancellationToken cancellationToken) =>
        _heldUp.WaitAsync(cancellationToken);

    /// <summary>Waits until such a datagram is sent; those before it are forgotten.</summary>
    public async Task<(string Datagram, IPEndPoint To)> SentAsync(
        Func<string, IPEndPoint, bool> isWanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            var sent = await _sent.Reader.ReadAsync(cancellationToken);
            if (isWanted(sent.Datagram, sent.To)) return sent;
        }
    }

    public async ValueTask SendAsync(
        ReadOnlyMemory<byte> datagram, IPEndPoint remote, CancellationToken cancellationToken)
    {
        if (_gate.CurrentCount == 0) _heldUp.Release();
        await _gate.WaitAsync(cancellationToken);
        _gate.Release();
        _sent.Writer.TryWrite((Encoding.Latin1.GetString(datagram.Span), remote));
    }

    public ValueTask<Datagram> ReceiveAsync(
        Memory<byte> buffer, CancellationToken cancellationToken) =>
        _arriving.ReceiveAsync(buffer, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _arriving.DisposeAsync();
        _gate.Dispose();
        _heldUp.Dispose();
    }
}
