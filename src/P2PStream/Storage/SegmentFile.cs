using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// One segment's blocks in one file: slots of equal size, each a head and a block, in the order in
/// which they came. Everything is done under <see cref="Gate"/>; its budget is the store's.
/// </summary>
/// <remarks>Head, little-endian: magic u32, part u16, index u16, length u32, checksum u32 over the segment's
/// name, the head's fields and the block: CRC-32C, of the block's words four interleaved ones.</remarks>
internal sealed class SegmentFile(SegmentId id, string path, long payloadBytes)
{
    /// <summary>Bytes before each block.</summary>
    public const int HeadBytes = 16;

    private const int SlotBytes = HeadBytes + ContentLimits.BlockBytes;
    private const uint Magic = 0x314B4C42;
    private const string Extension = ".blocks";

    private readonly Dictionary<(ushort Part, ushort Index), Entry> _entries = [];
    private readonly List<int> _free = [];
    private SafeFileHandle? _handle;
    private bool _isLoaded = payloadBytes == 0;
    private int _slots;

    /// <summary>Held by whoever uses it; never two of them at once.</summary>
    public Lock Gate { get; } = new();

    public SegmentId Id => id;

    /// <summary>Bytes of blocks; until the file is opened an upper bound, from its size.</summary>
    public long PayloadBytes { get; private set; } = payloadBytes;

    /// <summary>True once it has been removed from its store.</summary>
    public bool IsGone { get; set; }

    public bool IsOpen => _handle is not null;

    public long LastUse { get; set; }

    public static string NameOf(SegmentId id) => string.Create(
        CultureInfo.InvariantCulture, $"{id.Epoch:x8}-{id.Track:x4}-{id.Sequence:x16}{Extension}");

    public static bool TryParseName(string name, out SegmentId id)
    {
        id = default;
        if (name.Length != 30 + Extension.Length
            || !uint.TryParse(name.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, null, out var epoch)
            || !ushort.TryParse(
                name.AsSpan(9, 4), NumberStyles.AllowHexSpecifier, null, out var track)
            || !ulong.TryParse(
                name.AsSpan(14, 16), NumberStyles.AllowHexSpecifier, null, out var sequence))
            return false;
        id = new SegmentId(epoch, track, sequence);
        return name == NameOf(id);
    }

    /// <summary>What a file of that size holds at most.</summary>
    public static long PayloadOf(long fileBytes) =>
        Math.Max(0, fileBytes - (fileBytes + SlotBytes - 1) / SlotBytes * HeadBytes);

    /// <summary>Opens the file and reads which blocks it has.</summary>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public void Open()
    {
        if (_handle is not null) return;
        var handle = File.OpenHandle(path, _isLoaded && _entries.Count == 0
            ? FileMode.OpenOrCreate
            : FileMode.Open, FileAccess.ReadWrite, FileShare.Read, FileOptions.RandomAccess);
        try
        {
            // The order of last use survives a restart.
            File.SetLastWriteTimeUtc(handle, DateTime.UtcNow);
            if (!_isLoaded) Load(handle);
            _isLoaded = true;
            _handle = handle;
        }
        finally
        {
            if (_handle is null) handle.Dispose();
        }
    }

    public void Close()
    {
        _handle?.Dispose();
        _handle = null;
    }

    /// <summary>Closes and deletes the file.</summary>
    public void Delete()
    {
        Close();
        File.Delete(path);
    }

    /// <summary>The length of a block that is there; 0 for none.</summary>
    public int LengthOf(BlockId block) =>
        _entries.TryGetValue((block.Part, block.Index), out var entry) ? entry.Length : 0;

    /// <returns>False when it is not what was written: the block is forgotten then.</returns>
    public bool TryRead(BlockId block, Span<byte> destination)
    {
        var entry = _entries[(block.Part, block.Index)];
        var offset = (long)entry.Slot * SlotBytes + HeadBytes;
        var read = 0;
        while (read < destination.Length)
        {
            var more = RandomAccess.Read(_handle!, destination[read..], offset + read);
            if (more == 0) break;
            read += more;
        }

        if (read == destination.Length && Checksum(block.Part, block.Index, destination) == entry.Checksum)
            return true;
        Forget(block);
        return false;
    }

    /// <summary>Writes a block over the one of that name, or into a slot of its own.</summary>
    /// <exception cref="IOException">It could not be written: there is no block of that name then.</exception>
    public void Write(BlockId block, ReadOnlyMemory<byte> bytes)
    {
        Forget(block);
        var slot = _free.Count > 0 ? _free[^1] : _slots;
        var checksum = Checksum(block.Part, block.Index, bytes.Span);
        var head = new byte[HeadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(4), block.Part);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(6), block.Index);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), checksum);
        RandomAccess.Write(_handle!, [head, bytes], (long)slot * SlotBytes);
        if (_free.Count > 0) _free.RemoveAt(_free.Count - 1);
        else _slots++;
        _entries.Add((block.Part, block.Index), new Entry(slot, bytes.Length, checksum));
        PayloadBytes += bytes.Length;
    }

    private void Forget(BlockId block)
    {
        if (!_entries.Remove((block.Part, block.Index), out var entry)) return;
        _free.Add(entry.Slot);
        PayloadBytes -= entry.Length;
    }

    private void Load(SafeFileHandle handle)
    {
        // A load that failed before may have left some.
        _entries.Clear();
        _free.Clear();
        _slots = 0;
        PayloadBytes = 0;
        var size = RandomAccess.GetLength(handle);
        Span<byte> head = stackalloc byte[HeadBytes];
        for (var offset = 0L; offset < size; offset += SlotBytes, _slots++)
        {
            var length = RandomAccess.Read(handle, head, offset) == HeadBytes
                && BinaryPrimitives.ReadUInt32LittleEndian(head) == Magic
                ? BinaryPrimitives.ReadInt32LittleEndian(head[8..])
                : 0;
            var name = (BinaryPrimitives.ReadUInt16LittleEndian(head[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(head[6..]));
            // A block's bytes are checked when it is read.
            if (length is > 0 and <= ContentLimits.BlockBytes && offset + HeadBytes + length <= size
                && _entries.TryAdd(name, new Entry(
                    _slots, length, BinaryPrimitives.ReadUInt32LittleEndian(head[12..]))))
                PayloadBytes += length;
            else _free.Add(_slots);
        }
    }

    private uint Checksum(ushort part, ushort index, ReadOnlySpan<byte> bytes)
    {
        var checksum = BitOperations.Crc32C(~0u, id.Sequence);
        checksum = BitOperations.Crc32C(checksum, ((ulong)id.Epoch << 16) | id.Track);
        checksum = BitOperations.Crc32C(
            checksum, ((ulong)bytes.Length << 32) | ((uint)part << 16) | index);

        // Each step of a CRC waits for the one before: four at once take a third of the time of one.
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        uint one = ~0u, two = ~0u, three = ~0u, four = ~0u;
        for (; words.Length >= 4; words = words[4..])
        {
            one = BitOperations.Crc32C(one, words[0]);
            two = BitOperations.Crc32C(two, words[1]);
            three = BitOperations.Crc32C(three, words[2]);
            four = BitOperations.Crc32C(four, words[3]);
        }

        checksum = BitOperations.Crc32C(checksum, ((ulong)one << 32) | two);
        checksum = BitOperations.Crc32C(checksum, ((ulong)three << 32) | four);
        foreach (var rest in bytes[(bytes.Length & ~31)..])
            checksum = BitOperations.Crc32C(checksum, rest);
        return ~checksum;
    }

    private readonly record struct Entry(int Slot, int Length, uint Checksum);
}
