using Microsoft.Extensions.ObjectPool;

namespace P2PStream.Protocol;

/// <summary>One of our requests, from the command to its answer. Owns a reference to its lease.</summary>
internal sealed class OutgoingRequest : ListEntry<OutgoingRequest>, IResettable
{
    public uint Id { get; set; }

    /// <summary>Null once the channel is gone.</summary>
    public SessionChannel? Channel { get; set; }

    public BlockId Block { get; set; }

    public Lease? Lease { get; set; }

    public TimeSpan Deadline { get; set; }

    /// <summary>When the wait for the answer to a cancel ends.</summary>
    public TimeSpan AnswerBy { get; set; }

    public bool IsSubscription { get; set; }

    public OutgoingState State { get; set; }

    /// <summary>The owner no longer wants it: what comes is waste.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Its lease is in somebody's hands: the link's reader or a hasher.</summary>
    public bool IsLent { get; set; }

    /// <inheritdoc/>
    public bool TryReset()
    {
        Lease = null;
        Channel = null;
        IsCancelled = IsLent = IsSubscription = false;
        return true;
    }
}
