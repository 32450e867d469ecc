namespace P2PStream.Protocol;

/// <summary>A control frame that waits to be written, as its values: neighbours merge before they
/// become bytes.</summary>
internal readonly record struct ControlItem(FrameType Type, ushort Channel)
{
    /// <summary>First request or a pong's token.</summary>
    public ulong Number { get; init; }

    public BlockId Block { get; init; }

    public uint Count { get; init; }

    /// <summary>Reason, credit or role.</summary>
    public uint Value { get; init; }

    /// <summary>A stream's id, or a tag.</summary>
    public Hash256? Body { get; init; }

    public ChannelKind ChannelKind { get; init; }

    public ReadOnlyMemory<byte> Payload { get; init; }
}
