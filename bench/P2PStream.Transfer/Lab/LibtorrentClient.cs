using System.Diagnostics;

namespace P2PStream.Transfer;

/// <summary>libtorrent, plaintext TCP, by Debian's python3-libtorrent.</summary>
internal sealed record LibtorrentClient(string Name, params string[] Settings) : Client(Name)
{
    /// <summary>Debian's Python: the package is built for that one.</summary>
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> IsInstalled = new(static () =>
    {
        if (!File.Exists(Python)) return false;
        using var asked = Process.Start(new ProcessStartInfo(Python, ["-c", "import libtorrent"])
        {
            RedirectStandardError = true,
        })!;
        asked.WaitForExit();
        return asked.ExitCode == 0;
    });

    public override string? Missing =>
        IsInstalled.Value ? null : "python3-libtorrent is not installed (apt install it)";

    public override EndProcess Seed(TestFile file, params IEnumerable<string> more) =>
        Start(["role=seed", $"file={file.Path}", $"folder={file.Folder}", .. Settings, .. more]);

    public override EndProcess Leech(
        TestFile file, string folder, params IEnumerable<string> more) =>
        Start(["role=leech", $"file={file.Path}", $"folder={folder}", .. Settings, .. more]);

    private static EndProcess Start(IEnumerable<string> words) =>
        new([Python, Path.Combine(AppContext.BaseDirectory, "rivals", "libtorrent_end.py"),
            .. words]);
}
