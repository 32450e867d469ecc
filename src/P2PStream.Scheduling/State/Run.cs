namespace P2PStream.Scheduling;

/// <summary>Neighbouring positions with one deadline: usually a segment's blocks.</summary>
internal struct Run
{
    internal long First;
    internal int Count;
    internal long Due;

    internal readonly long End => First + Count;
}
