namespace P2PStream.Protocol;

/// <summary>What a remote did that the protocol forbids; the session ends with it.</summary>
public enum Violation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A frame is longer than its type allows.</summary>
    TooLong,

    /// <summary>A frame is shorter than its type allows.</summary>
    TooShort,

    /// <summary>A frame's type is unknown and it may not be ignored.</summary>
    UnknownType,

    /// <summary>A flag is set that version 1 does not define.</summary>
    UnknownFlags,

    /// <summary>A link's frame names a channel, or a channel's frame none.</summary>
    WrongLevel,

    /// <summary>A payload does not follow its layout, or a value in it is out of range.</summary>
    Malformed,

    /// <summary>Another frame came before the hello.</summary>
    BeforeHello,

    /// <summary>A second hello.</summary>
    SecondHello,

    /// <summary>The first bytes are not this protocol's.</summary>
    BadMagic,

    /// <summary>A pong without its ping.</summary>
    UnexpectedPong,

    /// <summary>A frame names a channel that is not open.</summary>
    UnknownChannel,

    /// <summary>A channel's number has been used or belongs to the other side to give.</summary>
    BadChannelNumber,

    /// <summary>More channels than a side may open.</summary>
    TooManyChannels,

    /// <summary>A frame that the channel's state does not allow.</summary>
    OutOfOrder,

    /// <summary>An accept whose tag does not show that its sender has the stream's secret.</summary>
    WrongTag,

    /// <summary>More requests than were granted.</summary>
    CreditExceeded,

    /// <summary>Credit was lowered or is beyond its maximum.</summary>
    BadCredit,

    /// <summary>A request's number is in use.</summary>
    DuplicateRequest,

    /// <summary>Data or a reject for a request that is not outstanding.</summary>
    Unsolicited,

    /// <summary>Data for another block or channel than was requested under the number.</summary>
    WrongBlock,

    /// <summary>Data of another length than the block has.</summary>
    WrongLength,

    /// <summary>More frames of a kind in a second than are taken.</summary>
    RateExceeded,
}
