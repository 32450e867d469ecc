namespace P2PStream.Simulation;

/// <summary>What bytes cost on a line: each packet has heads of its own.</summary>
internal static class Wire
{
    /// <summary>Bytes of a full TCP segment's payload on an Ethernet path.</summary>
    private const int PacketBytes = 1_448;

    /// <summary>IPv4 and TCP heads with time stamps, 52, and a share of a TLS record's 22.</summary>
    private const int HeadBytes = 56;

    public static int Bytes(int bytes) =>
        bytes + (bytes + PacketBytes - 1) / PacketBytes * HeadBytes;

    public static TimeSpan Time(int bytes, double bitsPerSecond) =>
        TimeSpan.FromTicks((long)(Bytes(bytes) * 8 * TimeSpan.TicksPerSecond / bitsPerSecond));
}
