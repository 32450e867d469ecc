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

    /// <summary>The owner no longer waits for it: what comes is waste, unless it is welcome.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Cancelled though it is, its block is of use should it come.</summary>
    public bool IsWelcome { get; set; }

    /// <summary>What comes is waste.</summary>
    public bool IsUnwanted => IsCancelled && !IsWelcome;

    /// <summary>Its lease is in somebody's hands: the link's reader or a hasher.</summary>
    public bool IsLent { get; set; }

    /// <inheritdoc/>
    public bool TryReset()
    {
        Lease = null;
        Channel = null;
        IsCancelled = IsWelcome = IsLent = IsSubscription = false;
        return true;
    }
}
