using Microsoft.Extensions.Logging;
using P2PStream.Discovery;

namespace P2PStream.Transport;

/// <summary>The file that keeps a DHT node's contacts between runs. A failure is told at once and
/// never thrown: the node goes on without.</summary>
internal sealed class DhtTableFile(string path, ILogger log)
{
    /// <summary>Longer files are no such thing, in bytes.</summary>
    private const int LargestBytes = 64 * 1024;

    private string? _told;

    /// <summary>Empty when there is none, or none that can be read.</summary>
    public byte[] Read()
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return [];
            if (file.Length <= LargestBytes) return File.ReadAllBytes(path);
            Tell($"{path} is too large to be a saved DHT table");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Tell($"the saved DHT table {path} cannot be read: {error.Message}");
        }

        return [];
    }

    /// <summary>Says that what was read is damaged.</summary>
    public void Refuse(string error) => Tell($"the saved DHT table {path} is not used: {error}");

    /// <summary>Replaces the file at once and as a whole: a crash leaves the old one. What is there and is no such
    /// table, a device or a file that was named by mistake, is left alone.</summary>
    public void Write(byte[] table)
    {
        try
        {
            var whole = Path.GetFullPath(path);
            if (File.Exists(whole) && !IsTable(whole))
            {
                Tell($"{path} is something else than a saved DHT table, and is left alone");
                return;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
            var fresh = whole + ".new";
            File.WriteAllBytes(fresh, table);
            File.Move(fresh, whole, overwrite: true);
            _told = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Tell($"the DHT table cannot be saved to {path}: {error.Message}");
        }
    }

    private static bool IsTable(string file)
    {
        using var bytes = File.OpenRead(file);
        Span<byte> first = stackalloc byte[16];
        return KademliaNode.IsSaved(first[..bytes.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)]);
    }

    /// <summary>A line for people; once, however often it is tried again.</summary>
    private void Tell(string problem)
    {
        if (problem == _told) return;
        _told = problem;
        DhtLog.Table(log, problem);
    }
}
