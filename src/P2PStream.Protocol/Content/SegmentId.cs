namespace P2PStream.Protocol;

/// <summary>Names a segment within a stream.</summary>
/// <param name="Epoch">The delegation under which it was published; changed bytes need a new
/// epoch.</param>
/// <param name="Track">The rendition, audio language or initialization track.</param>
/// <param name="Sequence">The media sequence number.</param>
public readonly record struct SegmentId(uint Epoch, ushort Track, ulong Sequence)
    : IComparable<SegmentId>
{
    /// <inheritdoc/>
    public int CompareTo(SegmentId other)
    {
        var order = Epoch.CompareTo(other.Epoch);
        if (order == 0) order = Track.CompareTo(other.Track);
        return order == 0 ? Sequence.CompareTo(other.Sequence) : order;
    }

    /// <summary>Order by epoch, track, sequence.</summary>
    public static bool operator <(SegmentId left, SegmentId right) => left.CompareTo(right) < 0;

    /// <summary>Order by epoch, track, sequence.</summary>
    public static bool operator >(SegmentId left, SegmentId right) => left.CompareTo(right) > 0;

    /// <summary>Order by epoch, track, sequence.</summary>
    public static bool operator <=(SegmentId left, SegmentId right) => left.CompareTo(right) <= 0;

    /// <summary>Order by epoch, track, sequence.</summary>
    public static bool operator >=(SegmentId left, SegmentId right) => left.CompareTo(right) >= 0;
}
