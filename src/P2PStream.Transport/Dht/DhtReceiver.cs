using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>The loop that receives from one socket of a DHT node, and gives each datagram on. It goes
/// on after errors, and says in one line when it cannot.</summary>
/// <param name="socket">Whose datagrams.</param>
/// <param name="inputs">Takes them; one that finds it full is dropped.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Is told of what goes wrong.</param>
internal sealed class DhtReceiver(
    IDatagramSocket socket, ChannelWriter<DhtInput> inputs, TimeProvider time, ILogger log)
{
    /// <summary>Receives that fail one after another until it is told, and tried less often.
    /// </summary>
    public const int PatientFailures = 16;

    public static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    private byte[] _buffer = [];
    private int _failures;

    /// <summary>Receives until it is stopped or the socket is of no use any more.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(KademliaNode.MaxReceivedBytes);
        try
        {
            while (true) await ReceiveAsync(stop).ConfigureAwait(false);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Disposed.
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The socket's owner has disposed it, or it is broken.
            DhtLog.ReceiveEnded(log, socket.LocalEndPoint, error.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    private async ValueTask ReceiveAsync(CancellationToken stop)
    {
        try
        {
            var datagram = await socket.ReceiveAsync(_buffer, stop).ConfigureAwait(false);
            _failures = 0;
            var input = new DhtInput(
                _buffer, datagram.Length, DhtEndPoint.From(datagram.Remote), null);
            if (inputs.TryWrite(input))
                _buffer = ArrayPool<byte>.Shared.Rent(KademliaNode.MaxReceivedBytes);
        }
        catch (SocketException error)
        {
            // One datagram's, or that of a network which is gone for a while.
            if (++_failures == PatientFailures)
                DhtLog.ReceiveFailed(log, socket.LocalEndPoint, error.Message);
            if (_failures >= PatientFailures)
                await Task.Delay(FailurePause, time, stop).ConfigureAwait(false);
        }
    }
}
