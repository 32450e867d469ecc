using System.Security.Cryptography;

namespace P2PStream.Transfer;

/// <summary>Random bytes in a file in memory (tmpfs where there is one). Deleted when disposed.</summary>
internal sealed class TestFile : IDisposable
{
    private const int ChunkBytes = 1024 * 1024;

    private readonly DirectoryInfo _folder;

    public TestFile(long size)
    {
        Size = size;
        _folder = Directory.CreateDirectory(System.IO.Path.Combine(
            Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(),
            $"p2pstream-transfer-{Environment.ProcessId}"));
        Path = System.IO.Path.Combine(Folder, "media.bin");
        using var file = File.Create(Path);
        var chunk = new byte[ChunkBytes];
        for (long written = 0; written < size; written += chunk.Length)
        {
            RandomNumberGenerator.Fill(chunk);
            file.Write(chunk, 0, (int)Math.Min(chunk.Length, size - written));
        }
    }

    public long Size { get; }

    public double Gigabytes => Size / 1e9;

    public string Path { get; }

    public string Folder => _folder.FullName;

    /// <summary>An empty folder beside it for one downloader; what was there before is
    /// deleted.</summary>
    public string Fresh(string name)
    {
        var folder = System.IO.Path.Combine(Folder, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
