using System.Diagnostics;

namespace P2PStream.Http.Tests;

/// <summary>Makes media and decodes it. A test that needs it is skipped where it is not
/// installed.</summary>
internal static class Ffmpeg
{
    private static readonly Lazy<bool> Installed = new(() =>
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("ffmpeg", "-version") { RedirectStandardOutput = true,
                    RedirectStandardError = true });
            return process is not null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    /// <summary>Skips the test where there is no ffmpeg.</summary>
    public static void Require() => Assert.SkipUnless(Installed.Value, "ffmpeg is not installed");

    /// <summary>Runs it in a folder; it must succeed and report no error.</summary>
    public static async Task RunAsync(
        string folder, string arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("ffmpeg")
        {
            WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var argument in (string[])["-hide_banner", "-nostdin", "-v", "error", "-y",
            .. Split(arguments)])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.Equal((0, ""), (process.ExitCode, errors));
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>Decodes everything at a URL or path; any error fails the test.</summary>
    public static Task DecodeAsync(Uri uri, CancellationToken cancellationToken) =>
        RunAsync(Path.GetTempPath(), $"-xerror|-i|{uri.AbsoluteUri}|-map|0|-f|null|-",
            cancellationToken);

    private static string[] Split(string arguments) => arguments.Split('|');
}
