using System.Buffers;
using Microsoft.Extensions.ObjectPool;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>A block in a sequence that a player reads; owns one reference to its lease.</summary>
internal sealed class LeaseSegment : ReadOnlySequenceSegment<byte>
{
    /// <summary>Kept for reuse: the blocks of a few segments on their way to players.</summary>
    private const int Retained = 512;

    private static readonly ObjectPool<LeaseSegment> Pool = new DefaultObjectPool<LeaseSegment>(
        new DefaultPooledObjectPolicy<LeaseSegment>(), Retained);

    private Lease? _lease;

    public long End => RunningIndex + Memory.Length;

    public LeaseSegment? Following => (LeaseSegment?)Next;

    /// <summary>Takes over the lease and puts it behind another.</summary>
    public static LeaseSegment After(LeaseSegment? previous, long position, Lease lease)
    {
        var segment = Pool.Get();
        segment._lease = lease;
        segment.Memory = lease.Memory;
        segment.RunningIndex = position;
        previous?.Next = segment;
        return segment;
    }

    /// <summary>Nothing follows it any more.</summary>
    public void Cut() => Next = null;

    public void Release()
    {
        _lease!.Release();
        _lease = null;
        Memory = default;
        Next = null;
        Pool.Return(this);
    }
}
