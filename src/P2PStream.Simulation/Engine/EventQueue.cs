namespace P2PStream.Simulation;

/// <summary>
/// What is planned, in the order of (time, sequence): of two events at one moment the one planned first
/// comes first, so that a run replays. A heap of four children a node; what moves in it is no more than the
/// order, and what is to happen stays where it was put.
/// </summary>
internal sealed class EventQueue
{
    private const int Children = 4;
    private const int FirstCapacity = 1024;

    private Place[] _heap = new Place[FirstCapacity];
    private Planned[] _planned = new Planned[FirstCapacity];

    /// <summary>Places of what has happened, to be used again: those behind <see cref="Count"/>.</summary>
    private int[] _free = [.. Enumerable.Range(0, FirstCapacity)];
    private long _sequence;

    public int Count { get; private set; }

    public long NextDue => _heap[0].Due;

    public void Add(long due, IEventTarget target, int what, object? data)
    {
        if (Count == _heap.Length) Grow();
        var slot = _free[Count];
        _planned[slot] = new Planned(due, target, what, data);
        var place = new Place(due, _sequence++, slot);
        var index = Count++;
        while (index > 0)
        {
            var parent = (index - 1) / Children;
            if (!place.IsBefore(_heap[parent])) break;
            _heap[index] = _heap[parent];
            index = parent;
        }

        _heap[index] = place;
    }

    public Planned Take()
    {
        var slot = _heap[0].Slot;
        var first = _planned[slot];
        _planned[slot] = default;
        var last = _heap[--Count];
        _free[Count] = slot;
        if (Count > 0) Sink(last);
        return first;
    }

    private void Grow()
    {
        var capacity = Count * 2;
        Array.Resize(ref _heap, capacity);
        Array.Resize(ref _planned, capacity);
        Array.Resize(ref _free, capacity);
        for (var i = Count; i < capacity; i++) _free[i] = i;
    }

    private void Sink(in Place place)
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
            if (!_heap[least].IsBefore(place)) break;
            _heap[index] = _heap[least];
            index = least;
        }

        _heap[index] = place;
    }

    internal readonly record struct Planned(long Due, IEventTarget Target, int What, object? Data);

    private readonly record struct Place(long Due, long Sequence, int Slot)
    {
        public bool IsBefore(in Place other) =>
            Due < other.Due || (Due == other.Due && Sequence < other.Sequence);
    }
}
