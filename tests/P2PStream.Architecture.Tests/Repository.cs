using System.Diagnostics;
using System.Xml.Linq;

namespace P2PStream.Architecture.Tests;

/// <summary>The working copy these tests stand in: its projects and its own text files.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs =
        ["bin", "obj", "artifacts", "node_modules", ".git", ".vs", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files below a folder, relative to the root with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern)
    {
        var start = new DirectoryInfo(Path.Combine(Root, folder));
        if (!start.Exists) return [];
        return [.. Walk(start, pattern)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
    }

    public static string[] ReadLines(string relative) => File.ReadAllLines(Path.Combine(Root, relative));

    public static XDocument ReadProject(string relative) => XDocument.Load(Path.Combine(Root, relative));

    /// <summary>Names of the projects that a project file refers to.</summary>
    public static IEnumerable<string> ProjectReferences(string relative) =>
        ReadProject(relative).Descendants("ProjectReference")
            .Where(item => item.Attribute("ReferenceOutputAssembly")?.Value != "false")
            .Select(item => item.Attribute("Include")?.Value ?? throw new UnreachableException())
            .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern)
    {
        foreach (var file in folder.EnumerateFiles(pattern)) yield return file.FullName;
        foreach (var child in folder.EnumerateDirectories())
        {
            if (NotOurs.Contains(child.Name) || child.LinkTarget is not null) continue;
            foreach (var file in Walk(child, pattern)) yield return file;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "P2PStream.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("P2PStream.sln is not above the tests.");
    }
}
