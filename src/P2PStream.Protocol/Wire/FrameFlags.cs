namespace P2PStream.Protocol;

/// <summary>The sixth byte of a frame's header; bits not named here are zero in version 1.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A receiver that does not know the type skips the frame instead of ending the link.</summary>
    MayIgnore = 0x80,
}
