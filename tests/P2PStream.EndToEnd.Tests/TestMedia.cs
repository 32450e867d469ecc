namespace P2PStream.EndToEnd.Tests;

/// <summary>A folder of media and the playlist that a player is given.</summary>
public sealed record TestMedia(string Folder, string Playlist)
{
    /// <summary>The sample that lies in the repository.</summary>
    public static TestMedia Sample { get; } = new(FindSample(), "master.m3u8");

    private static string FindSample()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null; folder = folder.Parent)
        {
            var media = Path.Combine(folder.FullName, "samples", "media");
            if (Directory.Exists(media)) return media;
        }

        throw new DirectoryNotFoundException("samples/media is not above the test's folder.");
    }
}
