namespace P2PStream.Protocol.Tests;

/// <summary>Reads files of the repository that the tests hold to the code.</summary>
internal static class RepositoryFile
{
    public static string Read(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "P2PStream.sln"))) continue;
            return File.ReadAllText(Path.Combine(folder.FullName, path));
        }

        throw new DirectoryNotFoundException("P2PStream.sln is not above the test's folder.");
    }
}
