namespace P2PStream.Transport;

/// <summary>The file that keeps a DHT node's contacts between runs. A failure is told, never
/// thrown: the node goes on without.</summary>
internal sealed class DhtTableFile(string path)
{
    /// <summary>Longer files are no such thing, in bytes.</summary>
    private const int LargestBytes = 64 * 1024;

    /// <summary>What went wrong last, one line for people; null when nothing did.</summary>
    public string? Problem { get; private set; }

    /// <summary>Empty when there is none, or none that can be read.</summary>
    public byte[] Read()
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return [];
            if (file.Length <= LargestBytes) return File.ReadAllBytes(path);
            Problem = $"{path} is too large to be a saved DHT table";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Problem = $"the saved DHT table {path} cannot be read: {error.Message}";
        }

        return [];
    }

    /// <summary>Says that what was read is damaged.</summary>
    public void Refuse(string error) => Problem = $"the saved DHT table {path} is not used: {error}";

    /// <summary>Replaces the file at once and as a whole: a crash leaves the old one.</summary>
    public void Write(byte[] table)
    {
        try
        {
            var whole = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
            var fresh = whole + ".new";
            File.WriteAllBytes(fresh, table);
            File.Move(fresh, whole, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Problem = $"the DHT table cannot be saved to {path}: {error.Message}";
        }
    }
}
