namespace P2PStream.Scheduling;

/// <summary>Slots of a lane that go rarest first together: those of neighbouring runs in the order they are due.</summary>
internal sealed class LaneZone(Lane lane)
{
    private long _first;
    private long _length;

    internal ulong[] Slots { get; } = new ulong[lane.Words];

    /// <summary>Holds the lane's runs from one on, before another.</summary>
    internal void Fill(int from, int to)
    {
        Array.Clear(Slots);
        _first = long.MaxValue;
        long end = 0;
        for (int i = from; i < to; i++)
        {
            Run run = lane.Runs[i];
            int slot = lane.SlotOf(run.First);
            int before = Math.Min(run.Count, lane.Capacity - slot);
            Bitset.AddRange(Slots, slot, before);
            Bitset.AddRange(Slots, 0, run.Count - before);
            _first = Math.Min(_first, run.First);
            end = Math.Max(end, run.End);
        }
        _length = end - _first;
    }

    /// <summary>The slot that a rotation starts from; the zone must not be empty.</summary>
    internal int StartOf(ulong rotation) =>
        lane.SlotOf(_first + (long)(rotation % (ulong)_length));
}
