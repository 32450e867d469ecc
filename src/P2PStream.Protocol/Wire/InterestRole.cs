namespace P2PStream.Protocol;

/// <summary>What a peer is to a stream, told with its windows.</summary>
[Flags]
public enum InterestRole
{
    /// <summary>It passes on what it has.</summary>
    None = 0,

    /// <summary>A player waits for what it follows. Said once: of what a peer says later this does not count.</summary>
    Viewer = 1,

    /// <summary>It may be elected to fetch from the origin.</summary>
    UsesOrigin = 2,

    /// <summary>Those who only give cannot carry every viewer, as far as it can tell: it leaves them to who is
    /// elected.</summary>
    LacksGivers = 4,
}
