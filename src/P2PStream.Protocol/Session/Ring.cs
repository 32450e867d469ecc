using System.Buffers;

namespace P2PStream.Protocol;

/// <summary>A queue whose last element can be changed in place. It has memory only while something is in it:
/// a node has hundreds of them, nearly all of them empty, and an element is more than 100 bytes. Steady use
/// allocates nothing. Its users bound it.</summary>
internal sealed class Ring<T>
{
    private const int FirstCapacity = 8;

    private T[] _items = [];
    private int _head;

    public int Count { get; private set; }

    public ref T this[int index]
    {
        get
        {
            var place = _head + index;
            return ref _items[place < _items.Length ? place : place - _items.Length];
        }
    }

    public ref T Last => ref this[Count - 1];

    public void Enqueue(in T item)
    {
        if (Count == _items.Length) Grow();
        Count++;
        Last = item;
    }

    public T Dequeue()
    {
        ref var first = ref _items[_head];
        var item = first;
        first = default!;
        if (++_head == _items.Length) _head = 0;
        if (--Count == 0) GiveBack();
        return item;
    }

    public void Clear()
    {
        while (Count > 0) Dequeue();
    }

    private void GiveBack()
    {
        ArrayPool<T>.Shared.Return(_items);
        _items = [];
        _head = 0;
    }

    private void Grow()
    {
        var items = ArrayPool<T>.Shared.Rent(Math.Max(FirstCapacity, Count * 2));
        for (var i = 0; i < Count; i++) items[i] = this[i];
        if (Count > 0)
        {
            Array.Clear(_items);
            ArrayPool<T>.Shared.Return(_items);
        }

        _items = items;
        _head = 0;
    }
}
