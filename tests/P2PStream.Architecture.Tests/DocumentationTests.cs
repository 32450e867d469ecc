using System.Text.RegularExpressions;

namespace P2PStream.Architecture.Tests;

/// <summary>A link in a document leads somewhere.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Documents => [.. Repository.Files("", "*.md")];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_resolve(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        foreach (var target in Targets(document))
        {
            var parts = target.Split('#', 2);
            var path = parts[0].Length == 0
                ? Path.Combine(Repository.Root, document)
                : Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(parts[0])));
            Assert.True(Path.Exists(path), $"{document} links to {target}, which is not there.");
            if (parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal))
                Assert.True(Anchors(path).Contains(parts[1]), $"{document} links to {target}: no such heading.");
        }
    }

    [Fact]
    public void The_house_is_described() =>
        Assert.Superset(
            new HashSet<string> { "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/architecture.md" },
            Repository.Files("", "*.md").ToHashSet());

    private static IEnumerable<string> Targets(string document)
    {
        var text = FencedCode().Replace(File.ReadAllText(Path.Combine(Repository.Root, document)), "");
        return Link().Matches(InlineCode().Replace(text, "")).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal)
                && !target.StartsWith("mailto:", StringComparison.Ordinal));
    }

    /// <summary>Headings as GitHub turns them into anchors.</summary>
    private static HashSet<string> Anchors(string path) =>
        [.. File.ReadLines(path).Where(line => line.StartsWith('#'))
            .Select(line => NotInAnchor().Replace(
                line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-'), ""))];

    [GeneratedRegex(@"\]\(([^)\s]+)(?:\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex FencedCode();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"[^\p{L}\p{N}_\-]")]
    private static partial Regex NotInAnchor();
}
