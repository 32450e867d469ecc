using System.Collections.Frozen;
using System.Reflection;

namespace P2PStream.Http;

/// <summary>The page's files, which lie in this assembly: a package needs no folder beside
/// it.</summary>
internal static class PageFiles
{
    private const string Folder = "wwwroot/";
    private const string Index = "/index.html";

    private static readonly FrozenDictionary<string, PageFile> Files = Load();

    /// <summary>The file at a path; null when the page has none there.</summary>
    public static PageFile? Find(string path) =>
        Files.GetValueOrDefault(path == "/" ? Index : path);

    private static FrozenDictionary<string, PageFile> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Folder, StringComparison.Ordinal)) continue;
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var type = ContentTypes.Of(Path.GetExtension(name));
            files["/" + name[Folder.Length..]] = new PageFile(type, bytes);
        }

        return files.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
