namespace P2PStream.Protocol;

/// <summary>The versions of the wire protocol that this package speaks: its own and the one before,
/// once there is one.</summary>
public static class ProtocolVersion
{
    /// <summary>The lowest.</summary>
    public const ushort Lowest = 1;

    /// <summary>The highest.</summary>
    public const ushort Highest = 1;
}
