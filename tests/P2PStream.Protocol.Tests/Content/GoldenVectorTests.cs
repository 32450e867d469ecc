using System.Text.Json.Nodes;

namespace P2PStream.Protocol.Tests.Content;

/// <summary>Compares with vectors/content.json, which speaks for docs/content-encodings.md to other
/// implementations: a difference is a break of the format, not of the test.</summary>
public sealed class GoldenVectorTests
{
    [Fact]
    public void Vectors_hold()
    {
        var expected = JsonNode.Parse(File.ReadAllText(Find("content.json")))!.AsObject();
        var actual = GoldenVectors.Make();
        // For a deliberate change of the format: read this file, then copy it over the old one.
        File.WriteAllText(
            Path.Combine(AppContext.BaseDirectory, "content.json"), GoldenVectors.Text(actual));
        foreach (var (name, value) in actual)
            Assert.Equal(value!.ToJsonString(), expected[name]?.ToJsonString());
        Assert.Equal(actual.Count, expected.Count);
    }

    private static string Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "vectors", name);
            if (File.Exists(file)) return file;
        }

        throw new FileNotFoundException("vectors/ is not above the test's folder.", name);
    }
}
