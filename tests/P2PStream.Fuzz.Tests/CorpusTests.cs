using P2PStream.Fuzz;

namespace P2PStream.Fuzz.Tests;

/// <summary>Replays every corpus file through its target, and every prefix and single-bit flip of
/// small ones.</summary>
public sealed class CorpusTests
{
    private const int LargestMutated = 512;

    public static TheoryData<string> Targets => Corpus.Targets;

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_replays(string name)
    {
        var target = FuzzTargets.All.Single(candidate => candidate.Name == name);
        foreach (var input in Corpus.Read(name))
        {
            target.Run(input);
            if (input.Length <= LargestMutated) Mutate(target, input);
        }
    }

    private static void Mutate(IFuzzTarget target, byte[] input)
    {
        for (var length = 0; length < input.Length; length++) target.Run(input.AsSpan(0, length));
        for (var bit = 0; bit < input.Length * 8; bit++)
        {
            input[bit / 8] ^= (byte)(1 << (bit % 8));
            target.Run(input);
            input[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }
}
