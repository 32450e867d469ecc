using System.Collections.Concurrent;

namespace P2PStream.Protocol;

/// <summary>
/// A bounded pool of block-sized places, carved from pinned slabs that are made as they are first
/// needed and kept. Safe for several threads.
/// </summary>
public sealed class BlockPool
{
    /// <summary>Blocks carved from one slab: 1 MiB.</summary>
    private const int BlocksPerSlab = 64;

    /// <summary>What all places of all pools without memory share; nobody reads it.</summary>
    private static readonly byte[] Nothing = new byte[ContentLimits.BlockBytes];

    /// <summary>Null for a pool without memory: its places cost less than to keep them.</summary>
    private readonly ConcurrentBag<Lease>? _free;
    private int _made;
    private int _rented;

    /// <summary>Makes a pool.</summary>
    /// <param name="capacity">Most blocks out at once; times 16 KiB is the memory bound.</param>
    public BlockPool(int capacity)
        : this(capacity, hasMemory: true)
    {
    }

    private BlockPool(int capacity, bool hasMemory)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        _free = hasMemory ? [] : null;
    }

    /// <summary>Makes a pool for simulations: its places have a length, and bytes that all of them share and
    /// that mean nothing. Whoever drives a swarm with it knows of each block what it holds.</summary>
    /// <param name="capacity">Most blocks out at once.</param>
    public static BlockPool WithoutMemory(int capacity) => new(capacity, hasMemory: false);

    /// <summary>Most blocks out at once.</summary>
    public int Capacity { get; }

    /// <summary>Blocks out now; what remains above zero at the end is a leak.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>Takes a place for a block.</summary>
    /// <param name="length">Bytes, 1 to <see cref="ContentLimits.BlockBytes"/>.</param>
    /// <param name="lease">One reference to it.</param>
    /// <returns>False when <see cref="Capacity"/> blocks are out.</returns>
    public bool TryRent(int length, out Lease? lease)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ContentLimits.BlockBytes);
        lease = null;
        if (Interlocked.Increment(ref _rented) > Capacity)
        {
            Interlocked.Decrement(ref _rented);
            return false;
        }

        if (_free is null) lease = new Lease(this, Nothing);
        else while (!_free.TryTake(out lease)) AddSlab(_free);
        lease.Start(length);
        return true;
    }

    internal void Return(Lease lease)
    {
        _free?.Add(lease);
        Interlocked.Decrement(ref _rented);
    }

    private void AddSlab(ConcurrentBag<Lease> free)
    {
        var first = Interlocked.Add(ref _made, BlocksPerSlab) - BlocksPerSlab;
        var count = Math.Min(BlocksPerSlab, Math.Max(1, Capacity - first));
        var slab = GC.AllocateUninitializedArray<byte>(
            count * ContentLimits.BlockBytes, pinned: true);
        for (var i = 0; i < count; i++)
            free.Add(new Lease(this,
                slab.AsMemory(i * ContentLimits.BlockBytes, ContentLimits.BlockBytes)));
    }
}
