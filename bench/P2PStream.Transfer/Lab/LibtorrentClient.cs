namespace P2PStream.Transfer;

/// <summary>libtorrent, plaintext TCP, by Debian's python3-libtorrent.</summary>
internal sealed record LibtorrentClient(string Name, params string[] Settings) : Client(Name)
{
    /// <summary>Debian's Python: the package is built for that one.</summary>
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> IsInstalled = new(
        static () => Command.TryRun(out _, Python, "-c", "import libtorrent"));

    public override string? Missing =>
        IsInstalled.Value ? null : "python3-libtorrent is not installed (apt install it)";

    public override IReadOnlyList<string> Seed(TestFile file) =>
        End("seed", file, file.Folder);

    public override IReadOnlyList<string> Leech(TestFile file, string folder) =>
        End("leech", file, folder);

    public override IReadOnlyList<string> Viewer(TestFile file, string folder) =>
        End("viewer", file, folder);

    /// <summary>The command that runs a script of ours for it.</summary>
    public static string[] Script(string name) => [Python, Path.Combine(Rivals.Folder, name)];

    private string[] End(string role, TestFile file, string folder) =>
    [
        .. Script("libtorrent_end.py"),
        $"role={role}", $"file={file.Path}", $"folder={folder}", .. Settings,
    ];
}
