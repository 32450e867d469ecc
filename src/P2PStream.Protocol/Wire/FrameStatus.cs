namespace P2PStream.Protocol;

/// <summary>What <see cref="FrameReader.TryRead"/> found at the start of a buffer.</summary>
public enum FrameStatus
{
    /// <summary>Not yet a frame, and nothing wrong so far.</summary>
    NeedMore,

    /// <summary>A control frame, complete in the buffer.</summary>
    Control,

    /// <summary>The head of a data frame; its payload follows, here or still on the link.</summary>
    Data,

    /// <summary>Bytes that no conforming remote sends.</summary>
    Violation,
}
