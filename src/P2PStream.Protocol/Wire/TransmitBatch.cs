using System.Buffers;

namespace P2PStream.Protocol;

/// <summary>
/// What is written to a link in one go: control bytes, with payloads riding along as leases between
/// them. Owned by one pump and reused; it owns the payloads' references until <see cref="Clear"/>.
/// </summary>
public sealed class TransmitBatch : IBufferWriter<byte>
{
    /// <summary>Control bytes that there is always room for: the heads of a full batch of blocks and many frames of
    /// tens of bytes. Records and leaf lists need more, for which memory is borrowed until they are written: a link
    /// that carried some once must not keep it.</summary>
    private const int OwnControlBytes = 4 * 1024;

    private readonly List<Entry> _entries = [];
    private readonly List<Lease> _leases = [];
    private readonly byte[] _own = new byte[OwnControlBytes];
    private byte[] _control;
    private int _controlUsed;
    private int _runStart;

    /// <summary>Makes an empty one.</summary>
    public TransmitBatch() => _control = _own;

    /// <summary>Pieces to write in order.</summary>
    public int SegmentCount => _entries.Count + (_controlUsed > _runStart ? 1 : 0);

    /// <summary>Payload bytes in the batch.</summary>
    public int PayloadBytes { get; private set; }

    /// <summary>All bytes in the batch.</summary>
    public long TotalBytes => (long)_controlUsed + PayloadBytes;

    /// <summary>A piece to write.</summary>
    public ReadOnlyMemory<byte> GetSegment(int index)
    {
        if (index == _entries.Count) return _control.AsMemory(_runStart, _controlUsed - _runStart);
        var entry = _entries[index];
        return entry.Lease is { } lease
            ? lease.Memory
            : _control.AsMemory(entry.Start, entry.Length);
    }

    /// <summary>True for a piece that is a payload, false for control bytes.</summary>
    public bool IsPayload(int index) => index < _entries.Count && _entries[index].Lease is not null;

    /// <summary>Adds a payload after the control bytes so far; takes over the reference.</summary>
    public void AddPayload(Lease lease)
    {
        CloseRun();
        _entries.Add(new Entry(0, 0, lease));
        _leases.Add(lease);
        PayloadBytes += lease.Length;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _control.Length - _controlUsed);
        _controlUsed += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _control.AsMemory(_controlUsed);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Empties it and releases the payloads.</summary>
    public void Clear()
    {
        foreach (var lease in _leases) lease.Release();
        _leases.Clear();
        _entries.Clear();
        _controlUsed = _runStart = PayloadBytes = 0;
        Hold(_own);
    }

    private void CloseRun()
    {
        if (_controlUsed == _runStart) return;
        _entries.Add(new Entry(_runStart, _controlUsed - _runStart, null));
        _runStart = _controlUsed;
    }

    private void Reserve(int bytes)
    {
        if (_control.Length - _controlUsed >= bytes) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_control.Length * 2, _controlUsed + bytes));
        _control.AsSpan(0, _controlUsed).CopyTo(larger);
        Hold(larger);
    }

    private void Hold(byte[] buffer)
    {
        if (_control != _own && _control != buffer) ArrayPool<byte>.Shared.Return(_control);
        _control = buffer;
    }

    private readonly record struct Entry(int Start, int Length, Lease? Lease);
}
