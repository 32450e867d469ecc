using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using P2PStream.Protocol;

namespace P2PStream.Transport;

/// <summary>Sends a batch from where its pieces lie, in one call. Reused, so that a batch allocates
/// nothing; one send at a time.</summary>
internal sealed class GatheredSend(Socket socket)
    : SocketAsyncEventArgs(SuppressesExecutionContext), IValueTaskSource
{
    /// <summary>Nothing that follows a send needs the context of who asked for it.</summary>
    private const bool SuppressesExecutionContext = true;

    private readonly List<ArraySegment<byte>> _pieces = [];
    private ManualResetValueTaskSourceCore<bool> _sent;
    private CancellationTokenRegistration _cancelling;
    private CancellationToken _cancelled;

    /// <summary>Completes when the system has taken all of the batch, or needs it no more.</summary>
    /// <exception cref="IOException">The link failed.</exception>
    /// <exception cref="OperationCanceledException">Part of the batch may be sent: the link is shut
    /// down.</exception>
    public ValueTask SendAsync(TransmitBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (batch.SegmentCount == 0) return ValueTask.CompletedTask;
        _pieces.Clear();
        for (var i = 0; i < batch.SegmentCount; i++)
            _pieces.Add(MemoryMarshal.TryGetArray(batch.GetSegment(i), out var piece)
                ? piece
                : throw new InvalidOperationException("A batch's pieces lie in arrays."));
        BufferList = _pieces;
        _cancelled = cancellationToken;
        _sent.Reset();
        if (!socket.SendAsync(this))
        {
            ThrowIfFailed();
            return ValueTask.CompletedTask;
        }

        // The socket's own tokens do not reach this call.
        _cancelling = cancellationToken.UnsafeRegister(
            static send => ((GatheredSend)send!).Cancel(), this);
        return new ValueTask(this, _sent.Version);
    }

    void IValueTaskSource.GetResult(short token)
    {
        _sent.GetResult(token);
        _cancelling.Unregister();
        ThrowIfFailed();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _sent.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _sent.OnCompleted(continuation, state, token, flags);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _sent.SetResult(true);

    private void Cancel()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The send has failed already.
        }
    }

    private void ThrowIfFailed()
    {
        if (SocketError == SocketError.Success) return;
        _cancelled.ThrowIfCancellationRequested();
        throw new IOException("The link failed.", new SocketException((int)SocketError));
    }
}
