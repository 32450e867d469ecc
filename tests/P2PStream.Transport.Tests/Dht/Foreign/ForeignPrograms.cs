using System.Diagnostics;

namespace P2PStream.Transport.Tests;

/// <summary>Where others' software lies on this machine, looked for once.</summary>
internal static class ForeignPrograms
{
    /// <summary>Where eng/test.sh has npm install; below the repository's root.</summary>
    private const string NpmFolder = "artifacts/interop/node_modules/bittorrent-dht";

    private static readonly string Scripts =
        Path.Combine(AppContext.BaseDirectory, "Dht", "Foreign");

    private static readonly Lazy<string?> Python = new(FindPython);

    private static readonly Lazy<string?> Package = new(FindPackage);

    /// <summary>A command line without the last argument, or null and why.</summary>
    public static (string[]? Command, string Missing) Find(ForeignSoftware software) =>
        software == ForeignSoftware.Libtorrent
            ? (Python.Value is { } python
                ? [python, Path.Combine(Scripts, "libtorrent_nodes.py")]
                : null,
                "libtorrent's Python binding is not installed "
                + "(Debian: apt-get install python3-libtorrent)")
            : (Package.Value is { } package
                ? ["node", Path.Combine(Scripts, "bittorrent_dht_nodes.mjs"), package]
                : null,
                "bittorrent-dht is not installed (npm install --prefix artifacts/interop "
                + "bittorrent-dht; eng/test.sh does it where there is npm)");

    private static string? FindPython() =>
        new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(
            python => Succeeds(python, "-c", "import libtorrent"));

    private static string? FindPackage()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "P2PStream.sln")))
            folder = folder.Parent;
        if (folder is null) return null;
        var package = Path.Combine(folder.FullName, NpmFolder);
        return File.Exists(Path.Combine(package, "index.js")) && Succeeds("node", "--version")
            ? package
            : null;
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // No such program.
        }
    }
}
