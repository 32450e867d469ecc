using Microsoft.Win32.SafeHandles;

namespace P2PStream;

/// <summary>What shows that a file is still the one that was hashed: its length and the time of its
/// last change.</summary>
internal readonly record struct FileStamp(long Length, DateTime Changed)
{
    /// <summary>A file changed again within what the coarsest usual file system tells apart (FAT, 2 s)
    /// looks unchanged.</summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(2);

    /// <summary>Null when there is no such file.</summary>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc) : null;
    }

    /// <summary>True when an open file has not changed since. Its length, which cannot change without the
    /// time, is not asked for: a block costs one call to the system less.</summary>
    public bool IsOf(SafeFileHandle file) => File.GetLastWriteTimeUtc(file) == Changed;

    /// <summary>True when a change after <paramref name="now"/> would show.</summary>
    public bool IsOldAt(DateTime now) => now - Changed > Resolution;
}
