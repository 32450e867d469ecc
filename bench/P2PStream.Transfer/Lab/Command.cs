using System.Diagnostics;

namespace P2PStream.Transfer;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    /// <exception cref="IOException">It failed, or could not be started.</exception>
    public static void Run(string program, params IEnumerable<string> arguments)
    {
        if (!TryRun(out var said, program, arguments))
            throw new IOException($"{program} failed: {said}");
    }

    /// <param name="said">What it wrote to its standard error, or why it could not be started.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static bool TryRun(
        out string said, string program, params IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            _ = process.StandardOutput.ReadToEndAsync();
            said = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            said = error.Message;
            return false;
        }
    }
}
