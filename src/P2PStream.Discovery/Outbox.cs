namespace P2PStream.Discovery;

/// <summary>
/// Datagrams that wait for the shell to send them, in order, in one ring of bytes that grows with
/// what waits and shrinks when all is sent. Full, it drops what is new, as the network would.
/// </summary>
internal sealed class Outbox(DhtCounters counters)
{
    private const int MaxQueued = 1024;
    private const int LeastBytes = 1024;

    /// <summary>What stays when all is sent: the replies to some hundred queries taken at
    /// once.</summary>
    private const int KeptBytes = 64 * 1024;
    private const int MostBytes = 512 * 1024;

    private readonly byte[] _draft = new byte[KrpcLimits.MaxSentBytes];
    private readonly Queue<(int Length, DhtEndPoint To)> _queue = new();
    private byte[] _ring = [];
    private int _first;
    private int _used;

    public bool IsFull =>
        _queue.Count >= MaxQueued || _used + KrpcLimits.MaxSentBytes > MostBytes;

    /// <summary>Room to write one datagram into; <see cref="Send"/> takes it from there.</summary>
    public Span<byte> Start() => _draft;

    /// <summary>Queues what was written. A length of 0 is a datagram that did not fit its limit.
    /// </summary>
    public void Send(int length, DhtEndPoint to)
    {
        if (length == 0 || IsFull) return;
        if (_used + length > _ring.Length) Resize(_used + length);
        var last = (_first + _used) % _ring.Length;
        var straight = Math.Min(length, _ring.Length - last);
        _draft.AsSpan(0, straight).CopyTo(_ring.AsSpan(last));
        _draft.AsSpan(straight, length - straight).CopyTo(_ring);
        _used += length;
        _queue.Enqueue((length, to));
    }

    public bool TryTake(Span<byte> destination, out int length, out DhtEndPoint to)
    {
        (length, to) = (0, default);
        if (!_queue.TryDequeue(out var next))
        {
            if (_ring.Length > KeptBytes) _ring = new byte[KeptBytes];
            _first = 0;
            return false;
        }

        (length, to) = next;
        CopyOut(destination[..length]);
        _first = (_first + length) % _ring.Length;
        _used -= length;
        counters.DatagramsSent++;
        counters.BytesSent += length;
        return true;
    }

    private void CopyOut(Span<byte> destination)
    {
        var straight = Math.Min(destination.Length, _ring.Length - _first);
        _ring.AsSpan(_first, straight).CopyTo(destination);
        _ring.AsSpan(0, destination.Length - straight).CopyTo(destination[straight..]);
    }

    private void Resize(int needed)
    {
        var size = Math.Max(_ring.Length, LeastBytes);
        while (size < needed) size *= 2;
        var larger = new byte[size];
        CopyOut(larger.AsSpan(0, _used));
        (_ring, _first) = (larger, 0);
    }
}
