namespace P2PStream.Protocol;

/// <summary>What a frame is; the fifth byte of its header. <see cref="FrameTable"/> says the rest.</summary>
public enum FrameType : byte
{
    /// <summary>First on every link: versions, capabilities, listening port, nonce.</summary>
    Hello = 1,

    /// <summary>Last on a link: why it ends.</summary>
    Goodbye = 2,

    /// <summary>Asks for a <see cref="Pong"/>.</summary>
    Ping = 3,

    /// <summary>Answers a <see cref="Ping"/> with its token.</summary>
    Pong = 4,

    /// <summary>Opens a channel of a kind.</summary>
    Open = 16,

    /// <summary>Accepts a channel.</summary>
    Accept = 17,

    /// <summary>Refuses a channel; the last frame of the side that sends it.</summary>
    Refuse = 18,

    /// <summary>Closes a channel; the last frame of the side that sends it.</summary>
    Close = 19,

    /// <summary>Raises the number of requests the other side may have outstanding.</summary>
    Credit = 20,

    /// <summary>Asks for the stream's delegation and catalog.</summary>
    AuthorityWant = 32,

    /// <summary>Carries the stream's delegation and catalog.</summary>
    Authority = 33,

    /// <summary>Asks for records of a track.</summary>
    RecordsWant = 34,

    /// <summary>Carries records with their proof.</summary>
    Records = 35,

    /// <summary>Asks for the leaf list of a part.</summary>
    LeavesWant = 36,

    /// <summary>Carries the leaf list of a part.</summary>
    Leaves = 37,

    /// <summary>Carries addresses of other peers of the stream.</summary>
    Peers = 38,

    /// <summary>Adds whole segments to what the sender has.</summary>
    Have = 48,

    /// <summary>Takes segments from what the sender has.</summary>
    Drop = 49,

    /// <summary>Adds blocks inside parts to what the sender has.</summary>
    HaveBlocks = 50,

    /// <summary>Replaces the sender's window of a track.</summary>
    Interest = 51,

    /// <summary>Requests a run of blocks.</summary>
    Request = 64,

    /// <summary>Requests a run of blocks that may not exist yet.</summary>
    Subscribe = 65,

    /// <summary>Takes back requests.</summary>
    Cancel = 66,

    /// <summary>Answers requests that are not served.</summary>
    Reject = 67,

    /// <summary>Answers a request with its block.</summary>
    Data = 68,
}
