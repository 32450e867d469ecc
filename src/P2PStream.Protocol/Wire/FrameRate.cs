namespace P2PStream.Protocol;

/// <summary>Which budget bounds how many frames of a type a receiver takes in a second.</summary>
public enum FrameRate
{
    /// <summary>None of its own: another rule bounds it (one hello, one answer a request).</summary>
    Unlimited,

    /// <summary>Pings.</summary>
    Ping,

    /// <summary>Channels opened.</summary>
    Open,

    /// <summary>Questions that cost the answerer a look-up.</summary>
    Want,

    /// <summary>Frames that carry much and cost a signature check or a parse.</summary>
    Bulk,

    /// <summary>Small changes of state: availability, windows, requests.</summary>
    Delta,
}
