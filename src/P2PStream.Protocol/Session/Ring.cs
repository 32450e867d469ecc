namespace P2PStream.Protocol;

/// <summary>A queue whose last element can be changed in place. It begins with nothing, and gives back, half
/// at a time, what only a burst needed: a node has hundreds of them, and most stay short. Steady use
/// allocates nothing. Its users bound it.</summary>
internal sealed class Ring<T>
{
    private const int FirstCapacity = 4;

    /// <summary>How often it runs empty before it is asked whether it is too large.</summary>
    private const int DrainsPerLook = 64;

    /// <summary>So many times what it held is too large: the half that stays is still twice that, so
    /// that it does not grow again at once.</summary>
    private const int TooLarge = 4;

    private T[] _items = [];
    private int _head;
    private int _most;
    private int _drains;

    public int Count { get; private set; }

    public ref T this[int index] => ref _items[(_head + index) & (_items.Length - 1)];

    public ref T Last => ref this[Count - 1];

    public void Enqueue(in T item)
    {
        if (Count == _items.Length) Grow();
        Count++;
        if (Count > _most) _most = Count;
        Last = item;
    }

    public T Dequeue()
    {
        var item = this[0];
        this[0] = default!;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
        if (Count == 0 && _items.Length > FirstCapacity) Shrink();
        return item;
    }

    public void Clear()
    {
        while (Count > 0) Dequeue();
    }

    private void Shrink()
    {
        if (++_drains < DrainsPerLook) return;
        if (_most * TooLarge <= _items.Length)
        {
            _items = new T[_items.Length / 2];
            _head = 0;
        }

        _drains = _most = 0;
    }

    private void Grow()
    {
        var items = new T[Math.Max(FirstCapacity, _items.Length * 2)];
        for (var i = 0; i < Count; i++) items[i] = this[i];
        _items = items;
        _head = 0;
    }
}
