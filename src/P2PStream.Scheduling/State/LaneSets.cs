namespace P2PStream.Scheduling;

/// <summary>
/// A source's set of slots for each lane it has to do with. As long as the highest such lane: most
/// viewers read one or two of the 64 that there may be.
/// </summary>
internal sealed class LaneSets
{
    private ulong[]?[] _sets = [];

    internal ulong[]? this[int lane]
    {
        get => (uint)lane < (uint)_sets.Length ? _sets[lane] : null;
        set
        {
            if (lane >= _sets.Length)
            {
                if (value is null) return;
                Array.Resize(ref _sets, lane + 1);
            }

            _sets[lane] = value;
        }
    }
}
