using System.ComponentModel;
using System.Diagnostics;

namespace P2PStream.EndToEnd.Tests;

/// <summary>A program of the system, run for its exit code and what it writes to standard
/// error.</summary>
internal static class ExternalProgram
{
    /// <summary>True when it can be started from the search path.</summary>
    public static bool IsInstalled(string name) => Find(name) is not null;

    /// <summary>Its path; null where it is not installed.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Runs it to its end; it is killed when cancelled.</summary>
    public static async Task<(int ExitCode, string Errors)> RunAsync(
        string name, string folder, IEnumerable<string> arguments,
        CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["HOME"] = folder;
        using var process = Process.Start(start)
            ?? throw new Win32Exception($"{name} did not start");
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await output;
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
