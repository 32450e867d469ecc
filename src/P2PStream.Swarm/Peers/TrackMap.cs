using System.Diagnostics.CodeAnalysis;

namespace P2PStream.Swarm;

/// <summary>
/// A few values by track, in the order of tracks. Every peer has two of these and is asked at every block:
/// a search in one short array beats a tree or a hash table. One value, as most peers have, lies in the map itself,
/// and so with the peer: each array would be a cache line more for each peer that is looked through.
/// </summary>
internal struct TrackMap<T>
{
    /// <summary>Null until there have been two at once; the only one is in <see cref="_value"/> so long.</summary>
    private ushort[]? _tracks;
    private T[]? _values;
    private T? _value;
    private ushort _track;

    public int Count { get; private set; }

    /// <summary>By place in the order of tracks.</summary>
    [UnscopedRef]
    public ref T At(int index) => ref _values is null ? ref _value! : ref _values[index];

    public bool TryGetValue(ushort track, [MaybeNullWhen(false)] out T value)
    {
        var index = Find(track);
        value = index >= 0 ? At(index) : default;
        return index >= 0;
    }

    /// <summary>The track's value, to be changed in place until the next one is added or removed.</summary>
    [UnscopedRef]
    public ref T GetOrAdd(ushort track)
    {
        var index = Find(track);
        if (index >= 0) return ref At(index);
        index = ~index;
        Count++;
        if (_tracks is null)
        {
            if (Count == 1)
            {
                _track = track;
                return ref _value!;
            }

            (_tracks, _values) = ([_track, 0], [_value!, default!]);
            _value = default;
        }
        else if (Count > _tracks.Length)
        {
            Array.Resize(ref _tracks, Count * 2);
            Array.Resize(ref _values, Count * 2);
        }

        Array.Copy(_tracks, index, _tracks, index + 1, Count - 1 - index);
        Array.Copy(_values!, index, _values!, index + 1, Count - 1 - index);
        _tracks[index] = track;
        _values![index] = default!;
        return ref _values[index];
    }

    public void Remove(ushort track)
    {
        var index = Find(track);
        if (index < 0) return;
        Count--;
        if (_tracks is not null)
        {
            Array.Copy(_tracks, index + 1, _tracks, index, Count - index);
            Array.Copy(_values!, index + 1, _values!, index, Count - index);
        }

        At(Count) = default!;
    }

    public void Clear()
    {
        for (var i = 0; i < Count; i++) At(i) = default!;
        Count = 0;
    }

    private readonly int Find(ushort track)
    {
        if (_tracks is not null) return Array.BinarySearch(_tracks, 0, Count, track);
        if (Count == 0 || track < _track) return ~0;
        return track == _track ? 0 : ~1;
    }
}
