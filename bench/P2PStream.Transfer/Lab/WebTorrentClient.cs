namespace P2PStream.Transfer;

/// <summary>WebTorrent, plaintext TCP, on Node; installed from npm on first use.</summary>
internal sealed record WebTorrentClient() : Client("WebTorrent")
{
    private static readonly Lazy<string?> Problem = new(Install);

    private static readonly string Home = Path.Combine(Rivals.Cache, "webtorrent");

    public override string? Missing => Problem.Value;

    public override IReadOnlyList<string> Seed(TestFile file) =>
        End("seed", file, file.Folder);

    public override IReadOnlyList<string> Leech(TestFile file, string folder) =>
        End("leech", file, folder);

    public override IReadOnlyList<string> Viewer(TestFile file, string folder) =>
        End("viewer", file, folder);

    /// <summary>The command that runs a script of ours for it, or for a package that it brings with
    /// it.</summary>
    public static string[] Script(string name) => ["node", Path.Combine(Home, name)];

    private static string[] End(string role, TestFile file, string folder) =>
    [
        .. Script("end.mjs"),
        $"role={role}", $"file={file.Path}", $"folder={folder}",
    ];

    /// <returns>Null when it is installed; else why not.</returns>
    private static string? Install()
    {
        var source = new DirectoryInfo(Path.Combine(Rivals.Folder, "webtorrent"));
        foreach (var file in source.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Home, Path.GetRelativePath(source.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy, overwrite: true);
        }

        // Written last by npm: an installation that was broken off is begun anew.
        if (File.Exists(Path.Combine(Home, "node_modules", ".package-lock.json"))) return null;
        Console.Error.WriteLine($"installing WebTorrent into {Home}");
        return Command.TryRun(out var said, "npm", "install", "--prefix", Home, "--ignore-scripts",
            "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error",
            "--fetch-retries=1", "--fetch-timeout=20000")
            ? null
            : "npm cannot install webtorrent: " + said.Split('\n')[0];
    }
}
