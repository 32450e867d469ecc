using Microsoft.Win32.SafeHandles;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// Reads at random from the files that a publisher's segments lie in, and keeps the last few of
/// them open. Safe for several threads; a read is one system call where the file is cached.
/// </summary>
internal sealed class LocalFiles : IDisposable
{
    /// <summary>Files open at once beyond those being read.</summary>
    public const int MostOpen = 16;

    private readonly Lock _lock = new();

    /// <summary>Least recently used first.</summary>
    private readonly List<OpenFile> _open = [];
    private bool _isDisposed;

    /// <summary>Reads a whole block.</summary>
    /// <param name="place">Where it lies.</param>
    /// <param name="destination">As long as the block.</param>
    /// <param name="hashed">The file's stamp when it was hashed; null where none can be
    /// relied on.</param>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public BlockReadOutcome Read(in LocalMedia place, Span<byte> destination, FileStamp? hashed)
    {
        var file = Take(place.Path);
        try
        {
            var read = 0;
            while (read < destination.Length)
            {
                var count = RandomAccess.Read(
                    file.Handle, destination[read..], place.Offset + read);
                if (count == 0) return BlockReadOutcome.Absent;
                read += count;
            }

            // Afterwards: a change during the read shows too.
            return hashed is { } stamp && stamp.IsOf(file.Handle)
                ? BlockReadOutcome.ReadUnchanged
                : BlockReadOutcome.Read;
        }
        finally
        {
            GiveBack(file);
        }
    }

    /// <summary>Closes what is open; reads under way close theirs themselves.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var file in _open)
                if (--file.Users == 0) file.Handle.Dispose();
            _open.Clear();
        }
    }

    private OpenFile Take(string path)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            // The last is most often the one.
            for (var i = _open.Count - 1; i >= 0; i--)
            {
                var found = _open[i];
                if (found.Path != path) continue;
                if (i != _open.Count - 1)
                {
                    _open.RemoveAt(i);
                    _open.Add(found);
                }

                found.Users++;
                return found;
            }
        }

        // Outside the lock: a slow disk must not hold the others. Two may open the same file.
        var opened = new OpenFile(path, File.OpenHandle(
            path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.RandomAccess));
        lock (_lock)
        {
            if (_isDisposed) return opened;
            opened.Users++;
            _open.Add(opened);
            if (_open.Count <= MostOpen) return opened;
            var oldest = _open[0];
            _open.RemoveAt(0);
            if (--oldest.Users == 0) oldest.Handle.Dispose();
        }

        return opened;
    }

    private void GiveBack(OpenFile file)
    {
        lock (_lock)
            if (--file.Users == 0) file.Handle.Dispose();
    }

    /// <summary>Its users are who reads it, and the list while it is in there.</summary>
    private sealed class OpenFile(string path, SafeFileHandle handle)
    {
        public string Path { get; } = path;

        public SafeFileHandle Handle { get; } = handle;

        public int Users { get; set; } = 1;
    }
}
