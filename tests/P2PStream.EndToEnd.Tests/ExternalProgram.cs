using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

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
    /// <param name="name">The program.</param>
    /// <param name="folder">Its working folder and home.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="environment">What else it finds in its environment.</param>
    /// <exception cref="TimeoutException">It was cancelled: says how far it had come.</exception>
    public static async Task<(int ExitCode, string Errors)> RunAsync(
        string name, string folder, IEnumerable<string> arguments,
        CancellationToken cancellationToken, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment["HOME"] = folder;
        foreach (var (variable, value) in environment) start.Environment[variable] = value;
        using var process = Process.Start(start)
            ?? throw new Win32Exception($"{name} did not start");
        var started = Stopwatch.GetTimestamp();
        var errors = new StringBuilder();
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            await ReadAsync(process.StandardError, errors, cancellationToken);
            await output;
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, errors.ToString());
        }
        catch (OperationCanceledException cancelled)
        {
            var state = process.HasExited ? "had ended, but its output had not" : "still ran";
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture,
                $"{name} {state} after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s. "
                + $"Its errors: \"{errors}\"."), cancelled);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>As far as it comes: what was read counts although the rest is waited for in
    /// vain.</summary>
    private static async Task ReadAsync(
        StreamReader reader, StringBuilder text, CancellationToken cancellationToken)
    {
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            text.Append(buffer, 0, read);
    }
}
