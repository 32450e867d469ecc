namespace P2PStream.EndToEnd.Tests;

/// <summary>Makes media and decodes it.</summary>
internal static class Ffmpeg
{
    private static readonly string[] Quiet = ["-hide_banner", "-nostdin", "-v", "error", "-y"];

    // Behind a discontinuity the clock may start again. Decoding goes on; only the muxer that
    // throws the frames away finds it odd.
    private const string ClockComplaint = "non monotonically increasing dts to muxer";

    /// <summary>Skips the test where there is no ffmpeg.</summary>
    public static void Require() =>
        Assert.SkipUnless(ExternalProgram.IsInstalled("ffmpeg"), "ffmpeg is not installed");

    /// <summary>Runs it in a folder; it must succeed and say nothing.</summary>
    public static async Task RunAsync(
        string folder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var result = await ExternalProgram.RunAsync(
            "ffmpeg", folder, [.. Quiet, .. arguments], cancellationToken);
        Assert.Equal((0, ""), result);
    }

    /// <summary>Decodes every track of what a URL names; any error fails the test.</summary>
    public static async Task DecodeAsync(Uri uri, CancellationToken cancellationToken)
    {
        var (exitCode, errors) = await ExternalProgram.RunAsync(
            "ffmpeg", Path.GetTempPath(),
            [.. Quiet, "-xerror", "-i", uri.AbsoluteUri, "-map", "0", "-f", "null", "-"],
            cancellationToken);
        Assert.All(
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Contains(ClockComplaint, line, StringComparison.Ordinal));
        Assert.Equal(0, exitCode);
    }
}
