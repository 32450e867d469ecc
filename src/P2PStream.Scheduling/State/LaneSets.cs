namespace P2PStream.Scheduling;

/// <summary>
/// A source's set of slots for each lane it has to do with. As long as the highest such lane: most
/// viewers read one or two of the 64 that there may be. That of the first lane lies with the source:
/// all sources are looked through in most decisions.
/// </summary>
internal struct LaneSets
{
    private ulong[]? _first;
    private ulong[]?[]? _further;

    internal ulong[]? this[int lane]
    {
        readonly get
        {
            if (lane == 0) return _first;
            return _further is not null && lane <= _further.Length ? _further[lane - 1] : null;
        }
        set
        {
            if (lane == 0)
            {
                _first = value;
                return;
            }
            if (_further is null || lane > _further.Length)
            {
                if (value is null) return;
                Array.Resize(ref _further, lane);
            }

            _further[lane - 1] = value;
        }
    }
}
