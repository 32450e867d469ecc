namespace P2PStream.Protocol;

/// <summary>A list in order of arrival from which any entry leaves at once.</summary>
internal sealed class EntryList<T>
    where T : ListEntry<T>
{
    private T? _last;

    public T? First { get; private set; }

    public int Count { get; private set; }

    public void Add(T entry)
    {
        entry.List?.Remove(entry);
        entry.List = this;
        entry.Previous = _last;
        if (_last is null) First = entry;
        else _last.Next = entry;
        _last = entry;
        Count++;
    }

    public void Remove(T entry)
    {
        if (entry.Previous is null) First = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is null) _last = entry.Previous;
        else entry.Next.Previous = entry.Previous;
        entry.Previous = entry.Next = null;
        entry.List = null;
        Count--;
    }
}
