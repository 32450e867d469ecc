using System.Diagnostics;

namespace P2PStream.Protocol;

/// <summary>
/// A block's place in memory: received into, verified in, played and served from. Owned by whoever
/// holds a reference; returns to its pool with the last one.
/// </summary>
/// <remarks>Invariant: a lease with no references belongs to its pool and to nobody else.</remarks>
public sealed class Lease
{
    private readonly BlockPool _pool;
    private readonly Memory<byte> _slot;
    private int _references;

    internal Lease(BlockPool pool, Memory<byte> slot)
    {
        _pool = pool;
        _slot = slot;
    }

    /// <summary>Bytes of the block: at most <see cref="ContentLimits.BlockBytes"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The block's bytes; valid while a reference is held.</summary>
    public Memory<byte> Memory
    {
        get
        {
            Debug.Assert(Volatile.Read(ref _references) > 0, "a lease is used after its release");
            return _slot[..Length];
        }
    }

    /// <summary>Takes another reference.</summary>
    /// <returns>This lease.</returns>
    public Lease AddReference()
    {
        if (Interlocked.Increment(ref _references) <= 1)
            throw new InvalidOperationException("The lease has been returned to its pool.");
        return this;
    }

    /// <summary>Gives up a reference.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left == 0) _pool.Return(this);
        else if (left < 0) throw new InvalidOperationException("The lease was released twice.");
    }

    internal void Start(int length)
    {
        Length = length;
        Volatile.Write(ref _references, 1);
    }
}
