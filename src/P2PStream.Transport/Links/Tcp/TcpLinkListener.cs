using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace P2PStream.Transport;

/// <summary>
/// Accepts sockets without ever waiting for one of them: each handshake runs on its own, within
/// <see cref="TcpOptions.MaxHandshakes"/>, and whoever completes his enters the queue.
/// </summary>
internal sealed partial class TcpLinkListener : ILinkListener
{
    /// <summary>Wait after an accept that failed, as it does while the process has no descriptor
    /// left.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly TcpSetup _setup;
    private readonly TcpOptions _options;
    private readonly HandshakeTable _handshakes;
    private readonly Channel<TcpLink> _waiting;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _disposed;

    public TcpLinkListener(Socket listening, TcpSetup setup, TcpOptions options)
    {
        _socket = listening;
        _setup = setup;
        _options = options;
        _handshakes = new HandshakeTable(options.MaxHandshakes);
        _waiting = Channel.CreateBounded<TcpLink>(options.MaxWaiting);
        LocalAddress = TcpPath.Address((IPEndPoint)listening.LocalEndPoint!, setup.Tag);
        _accepting = AcceptSocketsAsync();
    }

    public TransportAddress LocalAddress { get; }

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
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        await _handshakes.EndAsync().ConfigureAwait(false);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var link))
            await link.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptSocketsAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _socket.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _handshakes.Start(socket, SetUpAsync);
            }
            catch (SocketException error)
            {
                if (_stop.IsCancellationRequested) return;
                LogAcceptFailed(_options.Logger, LocalAddress, error.SocketErrorCode);
                await Task.Delay(RetryDelay, _options.Time, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception error)
                when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task SetUpAsync(Socket socket, CancellationToken evicted)
    {
        using var timeout = new CancellationTokenSource(_options.SetupTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(evicted, timeout.Token);
        try
        {
            var start = new TcpStart(
                socket, _setup.Tag, Dialled: null, _options.Time, _options.Time.GetTimestamp());
            var link = await _setup.RunAsync(start, either.Token).ConfigureAwait(false);
            if (!_waiting.Writer.TryWrite(link)) await link.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever a stranger's handshake throws concerns only him; the socket is disposed.
            LogHandshakeFailed(_options.Logger, LocalAddress,
                error is LinkException ? error.Message : error.GetType().Name);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Accepting at {Address} failed: {Error}")]
    private static partial void LogAcceptFailed(
        ILogger logger, TransportAddress address, SocketError error);

    [LoggerMessage(2, LogLevel.Debug, "A handshake at {Address} failed: {Error}")]
    private static partial void LogHandshakeFailed(
        ILogger logger, TransportAddress address, string error);
}
