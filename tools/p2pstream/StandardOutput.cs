using Microsoft.Win32.SafeHandles;

namespace P2PStream.Tool;

/// <summary>Standard output for media. The console's own stream takes a pipe that nobody reads any
/// more for one that is read, and the command would go on fetching for nobody.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    /// <summary>EPIPE on Linux and macOS.</summary>
    private const int BrokenPipe = 32;

    public static Stream Open()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var stream = new FileStream(
            new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!stream.CanSeek) return stream;

        // A file has no reader to lose, and its position is shared with whoever opened it: a
        // FileStream would write at one of its own.
        stream.Dispose();
        return Console.OpenStandardOutput();
    }

    public static bool IsClosed(IOException exception) => exception.HResult == BrokenPipe;
}
