using FsCheck;
using FsCheck.Fluent;

namespace P2PStream.Scheduling.Tests;

/// <summary>Random logs of events that shrink to short ones of small numbers.</summary>
internal static class EventLogs
{
    private const int Shortest = 10, Longest = 70;

    public static Arbitrary<SwarmEvent[]> Many() => Arb.From(
        Gen.Choose(Shortest, Longest).SelectMany(One().ArrayOf), Shrink);

    /// <summary>Without a half, a quarter, … one event; then with smaller numbers.</summary>
    internal static IEnumerable<SwarmEvent[]> Shrink(SwarmEvent[] log)
    {
        for (int piece = log.Length / 2; piece > 0; piece /= 2)
        {
            for (int at = 0; at < log.Length; at += piece)
                yield return [.. log[..at], .. log[Math.Min(at + piece, log.Length)..]];
        }
        for (int i = 0; i < log.Length; i++)
        {
            foreach (SwarmEvent smaller in log[i].Smaller())
            {
                SwarmEvent[] shrunk = [.. log];
                shrunk[i] = smaller;
                yield return shrunk;
            }
        }
    }

    private static Gen<SwarmEvent> One()
    {
        Gen<byte> any = Gen.Choose(0, 255).Select(x => (byte)x);
        return from op in Gen.Choose(0, SwarmEvent.Kinds - 1)
               from a in any
               from b in any
               from c in any
               select new SwarmEvent((byte)op, a, b, c);
    }
}
