namespace P2PStream.EndToEnd.Tests;

/// <summary>Makes media and decodes it.</summary>
internal static class Ffmpeg
{
    /// <summary>Skips the test where there is no ffmpeg.</summary>
    public static void Require() =>
        Assert.SkipUnless(ExternalProgram.IsInstalled("ffmpeg"), "ffmpeg is not installed");

    /// <summary>Runs it in a folder; it must succeed and say nothing.</summary>
    public static async Task RunAsync(
        string folder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var result = await ExternalProgram.RunAsync(
            "ffmpeg", folder, ["-hide_banner", "-nostdin", "-v", "error", "-y", .. arguments],
            cancellationToken);
        Assert.Equal((0, ""), result);
    }

    /// <summary>Decodes every track of what a URL names; any error fails the test.</summary>
    public static Task DecodeAsync(Uri uri, CancellationToken cancellationToken) => RunAsync(
        Path.GetTempPath(),
        ["-xerror", "-i", uri.AbsoluteUri, "-map", "0", "-f", "null", "-"], cancellationToken);
}
