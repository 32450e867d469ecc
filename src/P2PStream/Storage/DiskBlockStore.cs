using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// A block store in a folder, one file a segment, that survives a restart. Every block is checked when it
/// is read; what was damaged is absent. Give each stream a folder of its own.
/// </summary>
/// <remarks>It reads and writes on the caller's thread, which for files in the system's cache is faster than to
/// change threads: do not call it from a thread that must not wait for a disk. A node does not.</remarks>
public sealed class DiskBlockStore : IBlockStore
{
    /// <summary>Files that are open at once.</summary>
    private const int MostOpenFiles = 64;

    /// <summary>ENOSPC and EDQUOT on Linux and macOS; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.</summary>
    private static readonly int[] FullResults =
        [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    private readonly Lock _lock = new();
    private readonly Dictionary<SegmentId, SegmentFile> _files = [];
    private readonly string _folder;
    private readonly FileStream _owner;
    private long _bytes;
    private long _uses;
    private int _open;
    private long _damaged;
    private volatile int _status;
    private volatile bool _isDisposed;

    private DiskBlockStore(string folder, long capacityBytes, FileStream owner)
    {
        _folder = folder;
        CapacityBytes = capacityBytes;
        _owner = owner;
    }

    /// <summary>Bytes of blocks that it holds at most; its files are 0.1 % larger.</summary>
    public long CapacityBytes { get; }

    /// <summary>Bytes of blocks that it holds now; of files of an earlier run that were not opened yet an
    /// upper bound.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public bool ChecksReads => true;

    /// <summary>How it is, by its last operation on the disk.</summary>
    public DiskStoreStatus Status => (DiskStoreStatus)_status;

    /// <summary>Blocks that were not what had been written when they were read.</summary>
    public long DamagedBlocks => Interlocked.Read(ref _damaged);

    /// <summary>Opens a store, with what an earlier run left in its folder.</summary>
    /// <param name="folder">Made where it is missing; used by one store at a time.</param>
    /// <param name="capacityBytes">Bytes of blocks that it holds at most, above zero. When more is there it refuses
    /// to write until enough is removed.</param>
    /// <exception cref="IOException">The folder cannot be made, read or written, or another store uses
    /// it.</exception>
    public static DiskBlockStore Open(string folder, long capacityBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacityBytes);
        try
        {
            var full = Directory.CreateDirectory(folder).FullName;
            var owner = new FileStream(Path.Combine(full, "store.lock"), FileMode.OpenOrCreate,
                FileAccess.ReadWrite, FileShare.None);
            var store = new DiskBlockStore(full, capacityBytes, owner);
            store.Find(full);
            return store;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"The block store {folder} cannot be used: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryReadAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new ValueTask<bool>(TryRead(block, destination.Span));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The disk fails otherwise than by being full.</exception>
    public ValueTask<bool> TryWriteAsync(
        BlockId block, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfZero(bytes.Length, nameof(bytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            bytes.Length, ContentLimits.BlockBytes, nameof(bytes));
        while (true)
        {
            var file = GetOrAdd(block.Segment);
            lock (file.Gate)
            {
                // Removed between the two locks: the next one of that name is new.
                if (!file.IsGone) return new ValueTask<bool>(TryWrite(file, block, bytes));
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be deleted.</exception>
    public ValueTask RemoveAsync(SegmentId segment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        SegmentFile? file;
        lock (_lock) file = _files.GetValueOrDefault(segment);
        if (file is null) return ValueTask.CompletedTask;
        lock (file.Gate)
        {
            if (file.IsGone) return ValueTask.CompletedTask;
            try
            {
                CloseFile(file);
                file.Delete();
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException
                and not DirectoryNotFoundException)
            {
                _status = (int)DiskStoreStatus.NotAccessible;
                throw new IOException($"A block file cannot be deleted: {error.Message}", error);
            }
            catch (DirectoryNotFoundException)
            {
                // Gone with its folder.
            }

            Drop(file);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SegmentId>> ListAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        lock (_lock)
            return new ValueTask<IReadOnlyList<SegmentId>>(
                [.. _files.Values.OrderBy(file => file.LastUse).Select(file => file.Id)]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        SegmentFile[] files;
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            files = [.. _files.Values];
        }

        foreach (var file in files)
            lock (file.Gate) file.Close();
        await _owner.DisposeAsync();
    }

    private void Find(string folder)
    {
        foreach (var info in new DirectoryInfo(folder).EnumerateFiles()
            .OrderBy(info => info.LastWriteTimeUtc).ThenBy(info => info.Name, StringComparer.Ordinal))
        {
            if (!SegmentFile.TryParseName(info.Name, out var id)) continue;
            var file = new SegmentFile(id, info.FullName, SegmentFile.PayloadOf(info.Length))
            {
                LastUse = ++_uses,
            };
            _files.Add(id, file);
            _bytes += file.PayloadBytes;
        }
    }

    private bool TryRead(BlockId block, Span<byte> destination)
    {
        SegmentFile? file;
        lock (_lock) file = _files.GetValueOrDefault(block.Segment);
        if (file is null) return false;
        lock (file.Gate)
        {
            if (file.IsGone) return false;
            var before = file.PayloadBytes;
            try
            {
                OpenFile(file);
                if (file.LengthOf(block) != destination.Length || destination.Length == 0) return false;
                if (file.TryRead(block, destination)) return true;
                Interlocked.Increment(ref _damaged);
                return false;
            }
            catch (Exception error) when (IsMissing(error))
            {
                // Somebody has deleted it.
                Drop(file);
                return false;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                _status = (int)DiskStoreStatus.NotAccessible;
                return false;
            }
            finally
            {
                if (!file.IsGone) Count(file.PayloadBytes - before);
            }
        }
    }

    /// <summary>Under the file's gate.</summary>
    private bool TryWrite(SegmentFile file, BlockId block, ReadOnlyMemory<byte> bytes)
    {
        var before = file.PayloadBytes;
        long reserved = 0;
        try
        {
            if (!file.IsOpen) Directory.CreateDirectory(_folder);
            OpenFile(file);
            Count(file.PayloadBytes - before);
            before = file.PayloadBytes;
            var growth = bytes.Length - file.LengthOf(block);
            if (!TryReserve(growth)) return false;
            reserved = growth;
            file.Write(block, bytes);
            _status = (int)DiskStoreStatus.Working;
            return true;
        }
        catch (Exception error) when (IsMissing(error))
        {
            Count(file.PayloadBytes - before - reserved);
            Drop(file);
            throw new IOException($"A block file is gone: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What was there under that name is gone; what was reserved is free again.
            Count(file.PayloadBytes - before - reserved);
            _status = (int)(IsFull(error) ? DiskStoreStatus.DiskFull : DiskStoreStatus.NotAccessible);
            if (IsFull(error)) return false;
            throw new IOException($"A block cannot be stored: {error.Message}", error);
        }
        finally
        {
            if (!file.IsGone && file.PayloadBytes == 0) TryDrop(file);
        }
    }

    private static bool IsFull(Exception error) => Array.IndexOf(FullResults, error.HResult) >= 0;

    private static bool IsMissing(Exception error) =>
        error is FileNotFoundException or DirectoryNotFoundException;

    private void Count(long bytes) => Interlocked.Add(ref _bytes, bytes);

    private bool TryReserve(long growth)
    {
        lock (_lock)
        {
            if (growth > 0 && Bytes + growth > CapacityBytes) return false;
            Count(growth);
            return true;
        }
    }

    private SegmentFile GetOrAdd(SegmentId segment)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(segment, out var file))
                _files.Add(segment, file = new SegmentFile(
                    segment, Path.Combine(_folder, SegmentFile.NameOf(segment)), 0));
            return file;
        }
    }

    /// <summary>Forgets a file and what it held; under its gate.</summary>
    private void Drop(SegmentFile file)
    {
        CloseFile(file);
        lock (_lock)
        {
            file.IsGone = true;
            _files.Remove(file.Id);
        }

        Count(-file.PayloadBytes);
    }

    /// <summary>A file without a block is none.</summary>
    private void TryDrop(SegmentFile file)
    {
        try
        {
            CloseFile(file);
            file.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is found again at the next start.
        }

        Drop(file);
    }

    /// <summary>Opens a file for use, and closes the one longest unused where too many are open; under the
    /// file's gate.</summary>
    private void OpenFile(SegmentFile file)
    {
        SegmentFile[] others = [];
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            file.LastUse = ++_uses;
            if (file.IsOpen) return;
            if (_open >= MostOpenFiles)
                others = [.. _files.Values.Where(other => other != file && other.IsOpen)
                    .OrderBy(other => other.LastUse)];
        }

        // Who is in use now is passed over: two that wait for each other's gates would wait for ever.
        foreach (var other in others)
        {
            if (!other.Gate.TryEnter()) continue;
            CloseFile(other);
            other.Gate.Exit();
            break;
        }

        file.Open();
        Interlocked.Increment(ref _open);
    }

    private void CloseFile(SegmentFile file)
    {
        if (!file.IsOpen) return;
        file.Close();
        Interlocked.Decrement(ref _open);
    }
}
