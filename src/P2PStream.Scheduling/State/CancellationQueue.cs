namespace P2PStream.Scheduling;

/// <summary>Ended requests that the host has yet to cancel at their source, oldest first.</summary>
internal sealed class CancellationQueue
{
    private Cancellation[] _items = new Cancellation[64];
    private int _head;
    private int _count;

    internal void Add(in Cancellation item)
    {
        if (_count == _items.Length) Grow();
        _items[(_head + _count++) % _items.Length] = item;
    }

    internal bool TryTake(out Cancellation item)
    {
        item = default;
        if (_count == 0) return false;
        item = _items[_head];
        _head = (_head + 1) % _items.Length;
        _count--;
        return true;
    }

    /// <summary>
    /// Forgets what concerns a source that is gone: its number may soon be another's.
    /// </summary>
    internal void Forget(int source)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            Cancellation item = _items[(_head + i) % _items.Length];
            if (item.Source != source) _items[(_head + kept++) % _items.Length] = item;
        }
        _count = kept;
    }

    private void Grow()
    {
        var larger = new Cancellation[_items.Length * 2];
        for (int i = 0; i < _count; i++) larger[i] = _items[(_head + i) % _items.Length];
        _items = larger;
        _head = 0;
    }
}
