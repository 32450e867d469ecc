namespace P2PStream.Swarm;

/// <summary>Why a block was not had from a peer in time: what a stall waits for, or why money was spent at the
/// origin.</summary>
public enum SupplyReason
{
    /// <summary>No peer is linked.</summary>
    NobodyLinked,

    /// <summary>What describes or proves it was not known in time: its record, or its leaf list.</summary>
    LateRecord,

    /// <summary>No linked peer has it, or none had it soon enough to bring it in time.</summary>
    NoHolder,

    /// <summary>Of the origin only: no linked peer has it, and this node was elected to bring the swarm its
    /// first copy.</summary>
    FirstCopy,

    /// <summary>Peers have it, and by what is known of them none would bring it in time.</summary>
    SlowHolder,

    /// <summary>A peer that was expected to bring it in time did not.</summary>
    WrongEstimate,

    /// <summary>The peer that was to bring it is gone.</summary>
    HolderLeft,

    /// <summary>The peer that was asked for it refused.</summary>
    HolderRefused,

    /// <summary>What came was not what was published.</summary>
    WrongBytes,

    /// <summary>Of a stall only: it was asked of the origin, and has not come.</summary>
    SlowOrigin,

    /// <summary>This node's memory, or its download limit, had no room for it.</summary>
    NoRoom,

    /// <summary>Of a stall only: it is here, and the player has not read it.</summary>
    Unread,
}
