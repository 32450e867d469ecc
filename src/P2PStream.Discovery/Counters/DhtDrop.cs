namespace P2PStream.Discovery;

/// <summary>Why something that came in was not used.</summary>
public enum DhtDrop
{
    /// <summary>No KRPC message: not bencoded, nested too deep, without what each needs, or longer
    /// than <see cref="KademliaNode.MaxReceivedBytes"/>.</summary>
    Malformed,

    /// <summary>From port 0, a multicast address or a family that this node does not speak.
    /// </summary>
    UnusableSource,

    /// <summary>A reply to nothing that was asked, or too late.</summary>
    Unsolicited,

    /// <summary>A reply from another endpoint than the one that was asked.</summary>
    WrongEndPoint,

    /// <summary>A reply without an ID of 20 bytes.</summary>
    BadId,

    /// <summary>A reply under another ID than the node was named by, or had before.</summary>
    ChangedId,

    /// <summary>An item whose hash or signature is wrong.</summary>
    UnverifiedItem,

    /// <summary>A query not answered, because its network, or all strangers together, have drawn
    /// what they may.</summary>
    OverBudget,

    /// <summary>A query not answered, because too many datagrams wait to be sent.</summary>
    OutboxFull,

    /// <summary>A query to a node that is read-only.</summary>
    ReadOnly,
}
