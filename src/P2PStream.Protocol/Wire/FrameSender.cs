namespace P2PStream.Protocol;

/// <summary>Who may send a frame.</summary>
public enum FrameSender
{
    /// <summary>Both ends.</summary>
    Either,

    /// <summary>The end that opens the channel.</summary>
    Opener,

    /// <summary>The end that the channel is opened to.</summary>
    Acceptor,
}
