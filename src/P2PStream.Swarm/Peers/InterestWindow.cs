namespace P2PStream.Swarm;

/// <summary>The segments of one track that a peer follows, and of which of them it has been told
/// what is here.</summary>
internal struct InterestWindow
{
    private ulong _toldFirst;
    private ulong _toldEnd;

    public ulong First { get; private set; }

    public ulong End { get; private set; }

    public void Set(ulong first, ulong count)
    {
        First = first;
        End = first + Math.Min(count, ulong.MaxValue - first);
    }

    public readonly bool Contains(ulong sequence) => sequence >= First && sequence < End;

    /// <summary>True for what the peer follows, has just done with, or comes to next.</summary>
    /// <param name="sequence">The segment.</param>
    /// <param name="steps">How far the window may be from it.</param>
    public readonly bool IsNear(ulong sequence, ulong steps) =>
        sequence >= First - Math.Min(First, steps) && (sequence < End || sequence - End < steps);

    /// <summary>True for what the peer follows and has not been told of.</summary>
    public readonly bool IsNew(ulong sequence) =>
        Contains(sequence) && !(sequence >= _toldFirst && sequence < _toldEnd);

    public void Told() => (_toldFirst, _toldEnd) = (First, End);
}
