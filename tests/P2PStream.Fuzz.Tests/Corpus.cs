using P2PStream.Fuzz;

namespace P2PStream.Fuzz.Tests;

/// <summary>The inputs that lie in the repository.</summary>
internal static class Corpus
{
    /// <summary>The names of all targets.</summary>
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    /// <summary>A target's inputs in the order of their names; there is at least one.</summary>
    public static IReadOnlyList<byte[]> Read(string target)
    {
        var files = Directory.GetFiles(Path.Combine(Root(), target));
        Assert.NotEmpty(files);
        return [.. files.Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null; folder = folder.Parent)
        {
            var corpus = Path.Combine(folder.FullName, "fuzz", "corpus");
            if (Directory.Exists(corpus)) return corpus;
        }

        throw new DirectoryNotFoundException("fuzz/corpus is not above the test's folder.");
    }
}
