namespace P2PStream.Simulation;

/// <summary>
/// What is planned, in the order of (time, sequence): of two events at one moment the one planned first
/// comes first, so that a run replays. A heap of four children a node.
/// </summary>
internal sealed class EventQueue
{
    private const int Children = 4;

    private Planned[] _heap = new Planned[1024];
    private long _sequence;

    public int Count { get; private set; }

    public long NextDue => _heap[0].Due;

    public void Add(long due, IEventTarget target, int what, object? data)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        var index = Count++;
        var planned = new Planned(due, _sequence++, target, what, data);
        while (index > 0)
        {
            var parent = (index - 1) / Children;
            if (!planned.IsBefore(_heap[parent])) break;
            _heap[index] = _heap[parent];
            index = parent;
        }

        _heap[index] = planned;
    }

    public Planned Take()
    {
        var first = _heap[0];
        var last = _heap[--Count];
        _heap[Count] = default;
        if (Count > 0) Sink(last);
        return first;
    }

    private void Sink(in Planned planned)
    {
        var index = 0;
        while (true)
        {
            var child = index * Children + 1;
            if (child >= Count) break;
            var least = child;
            var end = Math.Min(child + Children, Count);
            for (var i = child + 1; i < end; i++)
                if (_heap[i].IsBefore(_heap[least])) least = i;
            if (!_heap[least].IsBefore(planned)) break;
            _heap[index] = _heap[least];
            index = least;
        }

        _heap[index] = planned;
    }

    internal readonly record struct Planned(
        long Due, long Sequence, IEventTarget Target, int What, object? Data)
    {
        public bool IsBefore(in Planned other) =>
            Due < other.Due || (Due == other.Due && Sequence < other.Sequence);
    }
}
