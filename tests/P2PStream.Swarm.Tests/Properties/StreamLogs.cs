using FsCheck;
using FsCheck.Fluent;

namespace P2PStream.Swarm.Tests;

/// <summary>Random logs of events that shrink to short ones of small numbers.</summary>
internal static class StreamLogs
{
    private const int Shortest = 10, Longest = 60;

    public static Arbitrary<StreamEvent[]> Many() => Arb.From(
        Gen.Choose(Shortest, Longest).SelectMany(One().ArrayOf), Shrink);

    /// <summary>Without a half, a quarter, … one event; then with smaller numbers.</summary>
    internal static IEnumerable<StreamEvent[]> Shrink(StreamEvent[] log)
    {
        for (var piece = log.Length / 2; piece > 0; piece /= 2)
        {
            for (var at = 0; at < log.Length; at += piece)
                yield return [.. log[..at], .. log[Math.Min(at + piece, log.Length)..]];
        }

        for (var i = 0; i < log.Length; i++)
        {
            foreach (var smaller in log[i].Smaller())
            {
                StreamEvent[] shrunk = [.. log];
                shrunk[i] = smaller;
                yield return shrunk;
            }
        }
    }

    private static Gen<StreamEvent> One()
    {
        var any = Gen.Choose(0, 255).Select(x => (byte)x);
        return from op in Gen.Choose(0, StreamEvent.Kinds - 1)
               from a in any
               from b in any
               from c in any
               select new StreamEvent((byte)op, a, b, c);
    }
}
