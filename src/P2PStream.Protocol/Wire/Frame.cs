namespace P2PStream.Protocol;

/// <summary>A control frame, whole, borrowed from the buffer it was read from.</summary>
public readonly ref struct Frame
{
    /// <summary>Joins a header and its payload.</summary>
    public Frame(scoped in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Header = header;
        Payload = payload;
    }

    /// <summary>Its header.</summary>
    public FrameHeader Header { get; }

    /// <summary>What it is.</summary>
    public FrameType Type => Header.Type;

    /// <summary>Bits common to all types.</summary>
    public FrameFlags Flags => Header.Flags;

    /// <summary>The channel; 0 is the link itself.</summary>
    public ushort Channel => Header.Channel;

    /// <summary>Its payload: <see cref="FrameHeader.Length"/> bytes.</summary>
    public ReadOnlySpan<byte> Payload { get; }
}
