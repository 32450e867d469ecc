namespace P2PStream.Protocol;

/// <summary>What a <see cref="PeerSession"/> is told at its start.</summary>
public sealed class SessionOptions
{
    /// <summary>True at the end that made the link; the two ends must differ.</summary>
    public required bool IsInitiator { get; init; }

    /// <summary>Random, the same for all links of one run of a node.</summary>
    public required UInt128 Nonce { get; init; }

    /// <summary>When the link was made, on the clock of every later <c>now</c>.</summary>
    public required TimeSpan Started { get; init; }

    /// <summary>Where this node accepts links; 0 nowhere.</summary>
    public ushort ListenPort { get; init; }

    /// <summary>Bits of optional abilities; none is defined in version 1.</summary>
    public uint Capabilities { get; init; }

    /// <summary>Requests granted to the remote on each channel, 256 to 512.</summary>
    public int RequestCredit { get; init; } = WireLimits.InitialCredit;

    /// <summary>Lowest version spoken.</summary>
    internal ushort MinimumVersion { get; init; } = ProtocolVersion.Lowest;

    /// <summary>Highest version spoken.</summary>
    internal ushort MaximumVersion { get; init; } = ProtocolVersion.Highest;
}
