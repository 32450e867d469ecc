namespace P2PStream.Http.Tests;

/// <summary>The sample that lies in the repository.</summary>
internal static class SampleMedia
{
    public static string Folder { get; } = Find();

    public static string Master => Path.Combine(Folder, "master.m3u8");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(
            AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var media = Path.Combine(folder.FullName, "samples", "media");
            if (Directory.Exists(media)) return media;
        }

        throw new DirectoryNotFoundException("samples/media is not above the test's folder.");
    }
}
