using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace P2PStream.Transport;

/// <summary>The loop that receives from a socket, for whoever owns it. It goes on after errors, says in
/// one line when they last, and in another when it cannot go on.</summary>
/// <param name="socket">Whose datagrams.</param>
/// <param name="bufferBytes">What is longer is cut off.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told of what goes wrong.</param>
internal sealed partial class DatagramReceiver(
    IDatagramSocket socket, int bufferBytes, TimeProvider time, ILogger log)
{
    /// <summary>Receives that fail one after another until it is told, and tried less often.
    /// </summary>
    public const int PatientFailures = 16;

    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private int _failures;

    /// <summary>Receives until it is stopped or the socket is of no use any more.</summary>
    /// <param name="take">Gets the buffer and what is in it; true to keep the buffer, which comes from
    /// the shared pool.</param>
    /// <param name="stop">Stops it.</param>
    public async Task RunAsync(Func<byte[], Datagram, bool> take, CancellationToken stop)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bufferBytes);
        try
        {
            while (true)
            {
                if (await TryReceiveAsync(buffer, stop).ConfigureAwait(false) is { } datagram
                    && take(buffer, datagram))
                    buffer = ArrayPool<byte>.Shared.Rent(bufferBytes);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // As it was asked to.
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Somebody else has disposed the socket, or it is broken.
            LogEnded(log, socket.LocalEndPoint, error.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>Null for an error.</returns>
    private async ValueTask<Datagram?> TryReceiveAsync(byte[] buffer, CancellationToken stop)
    {
        try
        {
            var datagram = await socket.ReceiveAsync(buffer.AsMemory(0, bufferBytes), stop)
                .ConfigureAwait(false);
            _failures = 0;
            return datagram;
        }
        catch (SocketException error)
        {
            // One datagram's, or that of a network which is gone for a while.
            if (++_failures == PatientFailures) LogFailed(log, socket.LocalEndPoint, error.Message);
            if (_failures < PatientFailures) return null;
            var pause = Task.Delay(FailurePause, time, stop);
            // Who has a thread of its own stays on it.
            if (socket is BlockingDatagramSocket) pause.Wait(stop);
            else await pause.ConfigureAwait(false);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning,
        "no datagrams can be received at {EndPoint} now; it is tried again: {Reason}")]
    private static partial void LogFailed(
        ILogger log, IPEndPoint endPoint, string reason);

    [LoggerMessage(2, LogLevel.Error,
        "no datagrams are received at {EndPoint} any more: {Reason}")]
    private static partial void LogEnded(
        ILogger log, IPEndPoint endPoint, string reason);
}
