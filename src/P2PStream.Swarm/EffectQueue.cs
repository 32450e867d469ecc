using System.Buffers;

namespace P2PStream.Swarm;

/// <summary>Effects that wait to be taken. It has memory only while there are any: an effect is more than 200
/// bytes, and between two turns a swarm has none.</summary>
internal sealed class EffectQueue
{
    private const int FirstCapacity = 16;

    private SwarmEffect[] _effects = [];
    private int _first;
    private int _end;

    public void Add(in SwarmEffect effect)
    {
        if (_end == _effects.Length) Grow();
        _effects[_end++] = effect;
    }

    public bool TryTake(out SwarmEffect effect)
    {
        effect = default;
        if (_first == _end) return false;
        effect = _effects[_first];
        _effects[_first++] = default;
        if (_first == _end) GiveBack();
        return true;
    }

    private void GiveBack()
    {
        ArrayPool<SwarmEffect>.Shared.Return(_effects);
        _effects = [];
        _first = _end = 0;
    }

    /// <summary>Makes room at the end; what was taken at the front is room, too.</summary>
    private void Grow()
    {
        var count = _end - _first;
        var effects = ArrayPool<SwarmEffect>.Shared.Rent(Math.Max(FirstCapacity, 2 * count));
        Array.Copy(_effects, _first, effects, 0, count);
        if (_effects.Length > 0) ArrayPool<SwarmEffect>.Shared.Return(_effects, clearArray: true);
        _effects = effects;
        (_first, _end) = (0, count);
    }
}
