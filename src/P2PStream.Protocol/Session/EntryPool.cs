using Microsoft.Extensions.ObjectPool;

namespace P2PStream.Protocol;

/// <summary>Entries that are not in use, chained by themselves: for one caller at a time, a pool need be no
/// object of its own with a queue for many threads, of which every link had two.</summary>
internal struct EntryPool<T>
    where T : ListEntry<T>, IResettable, new()
{
    /// <summary>Kept at most: what comes back is asked for again soon, or was a burst.</summary>
    private const int Most = 256;

    private T? _first;
    private int _count;

    public T Get()
    {
        if (_first is not { } entry) return new T();
        _first = entry.Next;
        entry.Next = null;
        _count--;
        return entry;
    }

    public void Return(T entry)
    {
        if (_count >= Most || !entry.TryReset()) return;
        entry.Next = _first;
        _first = entry;
        _count++;
    }
}
