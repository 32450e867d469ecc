using P2PStream.Fuzz;

namespace P2PStream.Fuzz.Tests;

/// <summary>Replays every corpus file through its target, and every prefix and single-bit flip of small ones.</summary>
public sealed class CorpusTests
{
    private const int LargestMutated = 512;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_replays(string name)
    {
        var target = FuzzTargets.All.Single(candidate => candidate.Name == name);
        var files = Directory.GetFiles(Path.Combine(CorpusRoot(), name));
        Assert.NotEmpty(files);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var input = File.ReadAllBytes(file);
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

    private static string CorpusRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var corpus = Path.Combine(folder.FullName, "fuzz", "corpus");
            if (Directory.Exists(corpus)) return corpus;
        }

        throw new DirectoryNotFoundException("fuzz/corpus is not above the test's folder.");
    }
}
