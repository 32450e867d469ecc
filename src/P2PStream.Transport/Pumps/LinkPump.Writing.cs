using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <content>From the session onto the link.</content>
public sealed partial class LinkPump
{
    private readonly AsyncSignal _toWrite = new();

    /// <summary>Filled under the gate; written and emptied by the writer while it is not
    /// idle.</summary>
    private readonly TransmitBatch _batch = new();

    private bool _isWriterIdle;
    private bool _isBatchReady;

    private async Task WriteAsync()
    {
        while (true)
        {
            bool isReady, isOver;
            lock (_gate)
            {
                isReady = _isBatchReady
                    || (!_linkFailed && TryTransmit(Now(_time)));
                isOver = _linkFailed || (!isReady && _session.HasEnded);
                _isBatchReady = false;
                _isWriterIdle = !isReady && !isOver;
            }

            if (isOver) break;
            if (!isReady) await _toWrite.WaitAsync().ConfigureAwait(false);
            else if (!await TryWriteBatchAsync().ConfigureAwait(false)) break;
        }

        if (!_linkFailed) await TryCompleteOutputAsync().ConfigureAwait(false);
    }

    /// <summary>Wakes an idle writer only if there is something for it: a link that only receives
    /// must not pay a thread's wake-up per block.</summary>
    private void WakeWriter(TimeSpan now)
    {
        if (!_isWriterIdle) return;
        _isBatchReady = !_linkFailed && TryTransmit(now);
        if (!_isBatchReady && !_session.HasEnded && !_linkFailed) return;
        _isWriterIdle = false;
        _toWrite.Set();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryWriteBatchAsync()
    {
        try
        {
            await Link.WriteAsync(_batch, _stopping).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // As when reading: a link may fail in any way.
            FailOutput();
            return false;
        }

        Interlocked.Add(ref _bytesSent, _batch.TotalBytes);
        _batch.Clear();
        lock (_gate)
        {
            var now = Now(_time);
            _session.Transmitted(now);
            Touched(now);
        }

        return true;
    }

    /// <summary>Nothing follows the goodbye. Closing at once instead could lose it: a socket that
    /// is closed with bytes unread resets the connection.</summary>
    private async ValueTask TryCompleteOutputAsync()
    {
        try
        {
            await Link.Output.CompleteAsync().AsTask().WaitAsync(_stopping).ConfigureAwait(false);
        }
        catch (Exception)
        {
            FailOutput();
        }
    }
}
