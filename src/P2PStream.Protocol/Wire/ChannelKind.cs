namespace P2PStream.Protocol;

/// <summary>What a channel is for. An unknown kind is refused, not fatal.</summary>
public enum ChannelKind : ushort
{
    /// <summary>One stream: the open frame's body is its <see cref="StreamId"/>.</summary>
    Stream = 1,
}
