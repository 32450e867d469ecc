namespace P2PStream.Swarm;

/// <summary>Effects that wait to be taken. A burst (a newcomer is told everything) makes it large; what later
/// turns do not need is given back: an effect is more than 200 bytes.</summary>
internal sealed class EffectQueue
{
    private const int Least = 16;

    /// <summary>How often it is emptied before it is asked whether it is too large.</summary>
    private const int DrainsPerLook = 64;

    private readonly Queue<SwarmEffect> _effects = [];
    private int _most;
    private int _drains;

    public void Add(in SwarmEffect effect)
    {
        _effects.Enqueue(effect);
        _most = Math.Max(_most, _effects.Count);
    }

    public bool TryTake(out SwarmEffect effect)
    {
        if (_effects.TryDequeue(out effect)) return true;
        if (++_drains >= DrainsPerLook) Shrink();
        return false;
    }

    /// <summary>Keeps twice what was needed lately, so that it does not grow again at once.</summary>
    private void Shrink()
    {
        var capacity = Math.Max(Least, 2 * _most);
        if (_effects.Capacity > 2 * capacity) _effects.TrimExcess(capacity);
        _drains = _most = 0;
    }
}
