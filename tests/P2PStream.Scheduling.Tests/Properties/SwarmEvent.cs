namespace P2PStream.Scheduling.Tests;

/// <summary>
/// One event of a random log; A, B and C mean whatever the event needs. Small numbers mean the
/// least that can happen, so that a counterexample shrinks to what matters.
/// </summary>
public readonly record struct SwarmEvent(byte Op, byte A, byte B, byte C)
{
    internal const int Kinds = 16;

    private static readonly string[] Names =
    [
        "append", "append", "add source", "remove source", "advertise", "advertise", "advertise",
        "advertise or not", "slide", "seek", "deliver a few", "deliver many", "fail",
        "set deadline", "set held", "limit or round trip",
    ];

    public override string ToString() => $"{Names[Op % Kinds]} ({A}, {B}, {C})";

    /// <summary>The same with smaller numbers, smallest first.</summary>
    internal IEnumerable<SwarmEvent> Smaller()
    {
        foreach (byte a in Below(A)) yield return this with { A = a };
        foreach (byte b in Below(B)) yield return this with { B = b };
        foreach (byte c in Below(C)) yield return this with { C = c };
    }

    private static IEnumerable<byte> Below(byte x)
    {
        if (x > 0) yield return 0;
        if (x > 1) yield return (byte)(x / 2);
        if (x > 2) yield return (byte)(x - 1);
    }
}
