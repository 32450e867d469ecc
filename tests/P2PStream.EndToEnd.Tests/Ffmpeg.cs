namespace P2PStream.EndToEnd.Tests;

/// <summary>Makes media and decodes it.</summary>
internal static class Ffmpeg
{
    private static readonly string[] Quiet = ["-hide_banner", "-nostdin", "-v", "error", "-y"];

    // Behind a discontinuity the clock may start again. Decoding goes on; only the muxer that
    // throws the frames away finds it odd.
    private const string ClockComplaint = "non monotonically increasing dts to muxer";

    private const string Report = "report.log";
    private const int ReportedLines = 40;

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

    /// <summary>Decodes every track of what a gateway's URL names; any error fails the
    /// test.</summary>
    public static async Task DecodeAsync(Uri uri, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("p2pstream-ffmpeg-").FullName;
        try
        {
            var (exitCode, errors) = await ExternalProgram.RunAsync(
                "ffmpeg", folder,
                [.. Quiet, "-xerror", "-i", uri.AbsoluteUri, "-map", "0", "-f", "null", "-"],
                cancellationToken, ("FFREPORT", $"file={Report}:level=48"));
            Assert.All(
                errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => Assert.Contains(ClockComplaint, line, StringComparison.Ordinal));
            Assert.Equal(0, exitCode);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException(
                $"{late.Message}\nIts last words:\n{LastWords(folder)}\n"
                + $"The gateway afterwards:\n{await GatewayProbe.DescribeAsync(uri)}", late);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What it was at: its report names every URL that it opens.</summary>
    private static string LastWords(string folder)
    {
        var path = Path.Combine(folder, Report);
        return File.Exists(path)
            ? string.Join('\n', File.ReadLines(path).TakeLast(ReportedLines))
            : "none";
    }
}
