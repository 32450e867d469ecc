namespace P2PStream.Scheduling;

/// <summary>
/// All requests in flight, and a heap of when each must be looked at. Owns numbers and memory, not
/// what a request means.
/// </summary>
/// <remarks>
/// A ticket's number is generation · 65,536 + index. Free tickets are reused oldest first, so that
/// a number comes back after four million requests or more, nine minutes at 1 Gbit/s, and a late
/// answer still finds its own.
/// </remarks>
internal sealed class TicketTable
{
    private const int FirstSize = 64;
    private const int IndexBits = 16;
    private Ticket[] _tickets = new Ticket[FirstSize];
    private int[] _heap = new int[FirstSize];
    private int _heapCount;
    private int _freeHead = -1;
    private int _freeTail = -1;

    internal TicketTable() => AddFree(0, FirstSize);

    internal int ActiveCount { get; private set; }

    internal ref Ticket this[int index] => ref _tickets[index];

    /// <summary>The request that must be looked at first, or -1.</summary>
    internal int FirstToWake => _heapCount == 0 ? -1 : _heap[0];

    internal uint NumberOf(int index) =>
        (uint)_tickets[index].Generation << IndexBits | (uint)index;

    /// <summary>
    /// Finds a request that has not ended, or one that ended lately (IsActive tells).
    /// </summary>
    internal bool TryFind(uint number, out int index)
    {
        index = (int)(number & ((1 << IndexBits) - 1));
        return index < _tickets.Length
            && _tickets[index].Generation == (ushort)(number >> IndexBits)
            && _tickets[index].Generation != 0;
    }

    /// <summary>
    /// Starts a request; its fields but Generation and IsActive are the caller's.
    /// </summary>
    internal int Take()
    {
        if (_freeHead < 0) Grow();
        int index = _freeHead;
        ref Ticket ticket = ref _tickets[index];
        _freeHead = ticket.Next;
        if (_freeHead < 0) _freeTail = -1;
        ushort generation = (ushort)(ticket.Generation + 1);
        ticket = new Ticket
        {
            // Generation 0 is never given out, so that no ticket has the number 0.
            Generation = generation == 0 ? (ushort)1 : generation,
            IsActive = true,
            Previous = -1,
            Next = -1,
            HeapIndex = -1,
        };
        ActiveCount++;
        return index;
    }

    /// <summary>Ends a request; it can be found until its memory is used again.</summary>
    internal void Return(int index)
    {
        RemoveFromHeap(index);
        _tickets[index].IsActive = false;
        ActiveCount--;
        PushFree(index);
    }

    /// <summary>Sets when a request must be looked at.</summary>
    internal void WakeAt(int index, long time)
    {
        ref Ticket ticket = ref _tickets[index];
        ticket.WakeAt = time;
        if (ticket.HeapIndex < 0)
        {
            ticket.HeapIndex = _heapCount;
            _heap[_heapCount++] = index;
        }
        SiftUp(ticket.HeapIndex);
        SiftDown(ticket.HeapIndex);
    }

    private void RemoveFromHeap(int index)
    {
        int hole = _tickets[index].HeapIndex;
        if (hole < 0) return;
        _tickets[index].HeapIndex = -1;
        int moved = _heap[--_heapCount];
        if (moved == index) return;
        _heap[hole] = moved;
        _tickets[moved].HeapIndex = hole;
        SiftUp(hole);
        SiftDown(_tickets[moved].HeapIndex);
    }

    private void SiftUp(int at)
    {
        while (at > 0)
        {
            int parent = (at - 1) / 2;
            if (!Before(at, parent)) return;
            Swap(at, parent);
            at = parent;
        }
    }

    private void SiftDown(int at)
    {
        while (true)
        {
            int child = 2 * at + 1;
            if (child >= _heapCount) return;
            if (child + 1 < _heapCount && Before(child + 1, child)) child++;
            if (!Before(child, at)) return;
            Swap(at, child);
            at = child;
        }
    }

    /// <summary>
    /// Equal times go by index: the order of a heap's equals must not depend on its past.
    /// </summary>
    private bool Before(int a, int b)
    {
        int x = _heap[a], y = _heap[b];
        long difference = _tickets[x].WakeAt - _tickets[y].WakeAt;
        return difference < 0 || (difference == 0 && x < y);
    }

    private void Swap(int a, int b)
    {
        (_heap[a], _heap[b]) = (_heap[b], _heap[a]);
        _tickets[_heap[a]].HeapIndex = a;
        _tickets[_heap[b]].HeapIndex = b;
    }

    private void Grow()
    {
        int size = _tickets.Length;
        Array.Resize(ref _tickets, size * 2);
        Array.Resize(ref _heap, size * 2);
        AddFree(size, size);
    }

    private void AddFree(int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            _tickets[i].HeapIndex = -1;
            PushFree(i);
        }
    }

    private void PushFree(int index)
    {
        _tickets[index].Next = -1;
        if (_freeTail >= 0) _tickets[_freeTail].Next = index;
        else _freeHead = index;
        _freeTail = index;
    }
}
