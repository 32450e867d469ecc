namespace P2PStream.Protocol;

/// <summary>What a frame belongs to.</summary>
public enum FrameLevel
{
    /// <summary>The link: the channel field is zero.</summary>
    Link,

    /// <summary>A channel: the channel field is not zero.</summary>
    Channel,
}
