namespace P2PStream.Swarm.Tests;

/// <summary>
/// One event in a swarm's life; A, B and C mean whatever the event needs. Small numbers mean the least that can
/// happen, so that a counterexample shrinks to what matters.
/// </summary>
public readonly record struct StreamEvent(byte Op, byte A, byte B, byte C)
{
    internal const int Kinds = 20;

    private static readonly string[] Names =
    [
        "peer comes", "peer comes", "peer leaves", "peer has segments", "peer has segments",
        "peer drops segments", "peer has blocks", "peer follows", "peer answers some",
        "peer answers all", "peer lies", "peer refuses", "peer asks", "time passes", "time passes",
        "player reads on", "player seeks", "player switches rendition", "origin answers",
        "origin fails",
    ];

    public override string ToString() => $"{Names[Op % Kinds]} ({A}, {B}, {C})";

    internal IEnumerable<StreamEvent> Smaller()
    {
        foreach (var a in Below(A)) yield return this with { A = a };
        foreach (var b in Below(B)) yield return this with { B = b };
        foreach (var c in Below(C)) yield return this with { C = c };
    }

    private static IEnumerable<byte> Below(byte x)
    {
        if (x > 0) yield return 0;
        if (x > 1) yield return (byte)(x / 2);
        if (x > 2) yield return (byte)(x - 1);
    }
}
