using Microsoft.Extensions.ObjectPool;

namespace P2PStream.Protocol;

/// <summary>One of the remote's requests, from its frame to our answer. Owns a reference to the lease
/// that it is served with.</summary>
internal sealed class IncomingRequest : ListEntry<IncomingRequest>, IResettable
{
    /// <summary>Not in the heap.</summary>
    public const int NotQueued = -1;

    /// <summary>Our own number, never given twice in a session's lifetime: the owner's answer to a
    /// request that was taken back cannot hit a later one for which the remote reused its number.</summary>
    public uint Id { get; set; }

    /// <summary>The remote's number, on the wire.</summary>
    public uint RemoteId { get; set; }

    public SessionChannel Channel { get; set; } = null!;

    public BlockId Block { get; set; }

    public TimeSpan Deadline { get; set; }

    /// <summary>Null until the owner serves it.</summary>
    public Lease? Lease { get; set; }

    /// <summary>What its answer takes on the link, once it is served.</summary>
    public int FrameBytes => FrameReader.DataPrefix + Lease!.Length;

    /// <summary>Ties go by when they were served, over all channels.</summary>
    public ulong Order { get; set; }

    public int HeapIndex { get; set; } = NotQueued;

    /// <inheritdoc/>
    public bool TryReset()
    {
        Lease = null;
        Channel = null!;
        HeapIndex = NotQueued;
        return true;
    }
}
