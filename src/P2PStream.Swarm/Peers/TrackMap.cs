using System.Diagnostics.CodeAnalysis;

namespace P2PStream.Swarm;

/// <summary>
/// A few values by track, in the order of tracks. Every peer has two of these and is asked at every block:
/// a search in one short array beats a tree or a hash table, and it takes no memory before the first.
/// </summary>
internal sealed class TrackMap<T>
{
    private ushort[] _tracks = [];
    private T[] _values = [];

    public int Count { get; private set; }

    /// <summary>By place in the order of tracks.</summary>
    public ref T At(int index) => ref _values[index];

    public bool TryGetValue(ushort track, [MaybeNullWhen(false)] out T value)
    {
        var index = Find(track);
        value = index >= 0 ? _values[index] : default;
        return index >= 0;
    }

    /// <summary>The track's value, to be changed in place until the next one is added or removed.</summary>
    public ref T GetOrAdd(ushort track)
    {
        var index = Find(track);
        if (index >= 0) return ref _values[index];
        index = ~index;
        if (Count == _tracks.Length)
        {
            var capacity = Math.Max(1, Count * 2);
            Array.Resize(ref _tracks, capacity);
            Array.Resize(ref _values, capacity);
        }

        Array.Copy(_tracks, index, _tracks, index + 1, Count - index);
        Array.Copy(_values, index, _values, index + 1, Count - index);
        Count++;
        _tracks[index] = track;
        _values[index] = default!;
        return ref _values[index];
    }

    public void Remove(ushort track)
    {
        var index = Find(track);
        if (index < 0) return;
        Count--;
        Array.Copy(_tracks, index + 1, _tracks, index, Count - index);
        Array.Copy(_values, index + 1, _values, index, Count - index);
        _values[Count] = default!;
    }

    public void Clear()
    {
        Array.Clear(_values);
        Count = 0;
    }

    private int Find(ushort track)
    {
        if (Count == 1 && _tracks[0] == track) return 0;
        return Array.BinarySearch(_tracks, 0, Count, track);
    }
}
