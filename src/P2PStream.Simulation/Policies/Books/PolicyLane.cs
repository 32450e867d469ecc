using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>One wanted track as a list of its blocks from <see cref="Head"/> on.</summary>
internal sealed class PolicyLane(int index, in LaneOptions options)
{
    private const int Word = 64;

    internal int Index { get; } = index;

    internal int Priority { get; } = options.Priority;

    internal int Capacity { get; } = (options.Capacity + Word - 1) / Word * Word;

    internal List<PolicySegment> Segments { get; } = [];

    internal List<PolicySlot> Slots { get; } = [];

    internal long Head { get; private set; }

    internal long Tail => Head + Slots.Count;

    internal PolicySlot? Find(long position) =>
        position >= Head && position < Tail ? Slots[(int)(position - Head)] : null;

    /// <summary>The blocks of a range that are in the ring.</summary>
    internal IEnumerable<PolicySlot> Range(long first, int count)
    {
        long end = Math.Min(first + count, Tail);
        for (long position = Math.Max(first, Head); position < end; position++)
            yield return Slots[(int)(position - Head)];
    }

    internal void Append(int count, TimeSpan deadline)
    {
        var segment = new PolicySegment(this, Tail);
        for (int i = 0; i < count; i++)
        {
            var slot = new PolicySlot(segment, Tail, deadline);
            segment.Slots.Add(slot);
            Slots.Add(slot);
        }
        Segments.Add(segment);
    }

    internal void DropBefore(long head)
    {
        Slots.RemoveRange(0, (int)(head - Head));
        Head = head;
        foreach (PolicySegment segment in Segments)
            segment.Slots.RemoveAll(slot => slot.Position < head);
        Segments.RemoveAll(segment => segment.Slots.Count == 0);
    }
}
