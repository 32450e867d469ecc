using Microsoft.Extensions.ObjectPool;

namespace P2PStream.Discovery;

/// <summary>Datagrams that wait for the shell to send them, in order. Full, it drops what is new,
/// as the network would.</summary>
internal sealed class Outbox
{
    private const int MaxQueued = 1024;

    private readonly Queue<OutgoingDatagram> _queue = new();
    private readonly ObjectPool<OutgoingDatagram> _pool =
        new DefaultObjectPool<OutgoingDatagram>(new OutgoingDatagram.Policy(), MaxQueued);

    public bool IsFull => _queue.Count >= MaxQueued;

    public OutgoingDatagram Rent() => _pool.Get();

    public void Return(OutgoingDatagram datagram) => _pool.Return(datagram);

    public void Send(OutgoingDatagram datagram, int length, DhtEndPoint to)
    {
        if (length == 0 || IsFull)
        {
            Return(datagram);
            return;
        }

        datagram.Length = length;
        datagram.To = to;
        _queue.Enqueue(datagram);
    }

    public bool TryTake(Span<byte> destination, out int length, out DhtEndPoint to)
    {
        length = 0;
        to = default;
        if (!_queue.TryDequeue(out var datagram)) return false;
        datagram.Buffer.AsSpan(0, datagram.Length).CopyTo(destination);
        (length, to) = (datagram.Length, datagram.To);
        Return(datagram);
        return true;
    }
}
