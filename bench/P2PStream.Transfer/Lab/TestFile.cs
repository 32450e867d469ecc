using System.Security.Cryptography;

namespace P2PStream.Transfer;

/// <summary>Random bytes in a file in memory (tmpfs where there is one). Deleted when disposed.</summary>
internal sealed class TestFile : IDisposable
{
    private const int ChunkBytes = 1024 * 1024;
    /// <summary>Of its folder, before the process that made it.</summary>
    public const string Prefix = "p2pstream-transfer-";

    private static readonly string Home =
        Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();

    private readonly DirectoryInfo _folder;
    private readonly Action _removal;

    public TestFile(long size)
    {
        Size = size;
        _folder = Directory.CreateDirectory(
            System.IO.Path.Combine(Home, $"{Prefix}{Environment.ProcessId}-{size}"));
        _removal = () => _folder.Delete(recursive: true);
        Leftovers.Add(_removal);
        Path = System.IO.Path.Combine(Folder, "media.bin");
        using var file = File.Create(Path);
        var chunk = new byte[ChunkBytes];
        for (long written = 0; written < size; written += chunk.Length)
        {
            RandomNumberGenerator.Fill(chunk);
            file.Write(chunk, 0, (int)Math.Min(chunk.Length, size - written));
        }
    }

    /// <summary>Removes what killed runs left behind.</summary>
    public static void RemoveOld()
    {
        string[] homes = [Home, System.IO.Path.GetTempPath()];
        foreach (var folder in homes.Distinct().SelectMany(
            home => new DirectoryInfo(home).GetDirectories(Prefix + "*")))
        {
            var owner = folder.Name[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}")) folder.Delete(recursive: true);
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

    /// <summary>SHA-256 of some stretches, one after another, in hexadecimal.</summary>
    public string Hash(params IEnumerable<(long Offset, long Length)> stretches)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenRead(Path);
        var chunk = new byte[ChunkBytes];
        foreach (var (offset, length) in stretches)
        {
            file.Position = offset;
            for (long left = length; left > 0;)
            {
                var part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, left));
                file.ReadExactly(part);
                hash.AppendData(part);
                left -= part.Length;
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        Leftovers.Forget(_removal);
        _removal();
    }
}
