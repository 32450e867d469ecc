namespace P2PStream.Simulation;

/// <summary>
/// What is planned for one node, in the order of (time, who planned it, in what order): it follows from what
/// planners do each by itself, and not from which of them is run first. A heap of four children a node; what
/// moves in it is no more than the order, and what is to happen stays where it was put.
/// </summary>
internal sealed class EventQueue
{
    private const int Children = 4;
    private const int FirstCapacity = 16;

    private Place[] _heap = [];
    private Stored[] _stored = [];

    public int Count { get; private set; }

    public long NextDue => Count > 0 ? _heap[0].Due : long.MaxValue;

    public void Add(in PlannedEvent planned)
    {
        if (Count == _heap.Length) Grow();
        // Behind the heap stand the places of what has happened: they are used again.
        var slot = _heap[Count].Slot;
        _stored[slot] = new Stored(planned.Target, planned.Data, planned.What);
        var place = new Place(planned.Due, planned.Sequence, planned.Planner, slot);
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

    public PlannedEvent Take()
    {
        var first = _heap[0];
        var (target, data, what) = _stored[first.Slot];
        _stored[first.Slot] = default;
        var last = _heap[--Count];
        if (Count > 0) Sink(last, 0);
        _heap[Count] = new Place(0, 0, 0, first.Slot);
        return new PlannedEvent(first.Due, first.Planner, first.Sequence, target, what, data);
    }

    /// <summary>Takes out all that was planned for somebody of one kind.</summary>
    public void Remove(IEventTarget target, int what)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            var place = _heap[i];
            ref var stored = ref _stored[place.Slot];
            if (stored.Target == target && stored.What == what)
            {
                stored = default;
                continue;
            }

            // What is taken out ends up behind the heap, whose places are used again.
            _heap[i] = _heap[kept];
            _heap[kept++] = place;
        }

        if (kept == Count) return;
        Count = kept;
        for (var i = (Count - 2) / Children; i >= 0 && Count > 1; i--) Sink(_heap[i], i);
    }

    private void Grow()
    {
        var capacity = Math.Max(FirstCapacity, Count * 2);
        Array.Resize(ref _heap, capacity);
        Array.Resize(ref _stored, capacity);
        for (var i = Count; i < capacity; i++) _heap[i] = new Place(0, 0, 0, i);
    }

    private void Sink(Place place, int index)
    {
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

    /// <summary>What is to happen; the rest is in its place.</summary>
    private readonly record struct Stored(IEventTarget Target, object? Data, int What);

    private readonly record struct Place(long Due, long Sequence, int Planner, int Slot)
    {
        public bool IsBefore(in Place other)
        {
            if (Due != other.Due) return Due < other.Due;
            return Planner != other.Planner ? Planner < other.Planner : Sequence < other.Sequence;
        }
    }
}
