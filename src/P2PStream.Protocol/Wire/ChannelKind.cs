namespace P2PStream.Protocol;

/// <summary>What a channel is for. An unknown kind is refused, not fatal.</summary>
public enum ChannelKind : ushort
{
    /// <summary>One stream: the open frame's body is its <see cref="StreamId"/>.</summary>
    Stream = 1,

    /// <summary>One stream with a secret: the open frame's body is <see cref="StreamSecret.OpenTag"/>, and the
    /// accept frame has <see cref="StreamSecret.AcceptTag"/>.</summary>
    SecretStream = 2,
}
