namespace P2PStream.EndToEnd.Tests;

/// <summary>VLC without a screen.</summary>
internal static class Vlc
{
    private const string Nobody = "65534";

    /// <summary>Skips the test where it is not installed or would refuse to run.</summary>
    public static void Require() => Assert.SkipUnless(
        ExternalProgram.IsInstalled("cvlc")
            && (!Environment.IsPrivilegedProcess || ExternalProgram.IsInstalled("setpriv")),
        "VLC is not installed, or cannot drop a superuser's rights");

    /// <summary>Plays a URL to its end, at so many times its own pace, and fails on any error it
    /// reports.</summary>
    public static async Task PlayAsync(Uri uri, int rate, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("p2pstream-vlc-");
        try
        {
            string[] command =
            [
                "cvlc", "-I", "dummy", "--no-dbus", "--no-color", "--play-and-exit",
                "--no-video-title-show", "--rate", $"{rate}", "--vout", "dummy", "--aout", "dummy",
                "--verbose", "0", uri.AbsoluteUri, "vlc://quit",
            ];
            // VLC will not run with a superuser's rights.
            if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
                command = ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups",
                    .. command];
            }

            var (exitCode, errors) = await ExternalProgram.RunAsync(
                command[0], folder.FullName, command[1..], cancellationToken);
            Assert.Equal(0, exitCode);
            // Without a desktop some of its interfaces do not start; that is no matter of media.
            string[] problems =
            [
                .. errors.Split('\n').Where(line =>
                    line.Contains(" error: ", StringComparison.Ordinal)
                    && !line.Contains(" interface error: ", StringComparison.Ordinal)
                    && !line.Contains(" libvlc error: interface ", StringComparison.Ordinal)),
            ];
            Assert.Empty(problems);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
