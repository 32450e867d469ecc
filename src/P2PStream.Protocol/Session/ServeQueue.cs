namespace P2PStream.Protocol;

/// <summary>A channel's blocks ready to be sent, earliest deadline first: a binary heap from which any
/// entry can leave, so that a storm of cancels leaves nothing behind.</summary>
internal sealed class ServeQueue
{
    private readonly List<IncomingRequest> _heap = [];

    public int Count => _heap.Count;

    /// <summary>Frame bytes of all blocks in it.</summary>
    public long Bytes { get; private set; }

    public IncomingRequest First => _heap[0];

    public void Add(IncomingRequest request)
    {
        Bytes += request.FrameBytes;
        request.HeapIndex = _heap.Count;
        _heap.Add(request);
        Rise(request.HeapIndex);
    }

    public void Remove(IncomingRequest request)
    {
        var index = request.HeapIndex;
        var last = _heap[^1];
        Bytes -= request.FrameBytes;
        _heap.RemoveAt(_heap.Count - 1);
        request.HeapIndex = IncomingRequest.NotQueued;
        if (last == request) return;
        Put(last, index);
        Rise(index);
        Sink(last.HeapIndex);
    }

    public static bool IsBefore(IncomingRequest left, IncomingRequest right) =>
        left.Deadline < right.Deadline
        || (left.Deadline == right.Deadline && left.Order < right.Order);

    private void Rise(int index)
    {
        var request = _heap[index];
        while (index > 0 && IsBefore(request, _heap[(index - 1) / 2]))
        {
            Put(_heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }

        Put(request, index);
    }

    private void Sink(int index)
    {
        var request = _heap[index];
        while (true)
        {
            var child = index * 2 + 1;
            if (child >= _heap.Count) break;
            if (child + 1 < _heap.Count && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], request)) break;
            Put(_heap[child], index);
            index = child;
        }

        Put(request, index);
    }

    private void Put(IncomingRequest request, int index)
    {
        _heap[index] = request;
        request.HeapIndex = index;
    }
}
