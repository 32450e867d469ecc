namespace P2PStream.Protocol;

/// <summary>A queue whose last element can be changed in place; grows, never shrinks, so that steady
/// use allocates nothing. It begins with nothing: a node has hundreds of them, and most stay short. Its
/// users bound it.</summary>
internal sealed class Ring<T>
{
    private const int FirstCapacity = 4;

    private T[] _items = [];
    private int _head;

    public int Count { get; private set; }

    public ref T this[int index] => ref _items[(_head + index) & (_items.Length - 1)];

    public ref T Last => ref this[Count - 1];

    public void Enqueue(in T item)
    {
        if (Count == _items.Length) Grow();
        Count++;
        Last = item;
    }

    public T Dequeue()
    {
        var item = this[0];
        this[0] = default!;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
        return item;
    }

    public void Clear()
    {
        while (Count > 0) Dequeue();
    }

    private void Grow()
    {
        var items = new T[Math.Max(FirstCapacity, _items.Length * 2)];
        for (var i = 0; i < Count; i++) items[i] = this[i];
        _items = items;
        _head = 0;
    }
}
