namespace P2PStream.Protocol;

/// <summary>Times, queues and rates of a session; a node's own, not part of the protocol.</summary>
public static class SessionLimits
{
    /// <summary>From the link's start to the remote's hello, at most.</summary>
    public static readonly TimeSpan HelloTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which a ping is sent.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(15);

    /// <summary>Silence after which the remote counts as gone; also how long one write may take.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How long the remote may take to answer a cancel or a close. Its answer is not waited
    /// for by anything but our leases, and jumps the remote's queue of blocks.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How far past its deadline a block is still sent: its receiver may have guessed badly,
    /// and relays it.</summary>
    public static readonly TimeSpan ServeLate = TimeSpan.FromSeconds(2);

    /// <summary>Our requests waiting or outstanding on a link.</summary>
    public const int OutgoingRequests = 4096;

    /// <summary>Payload bytes in one batch: what lies below the uploader's order.</summary>
    public const int BatchPayloadBytes = 64 * 1024;

    /// <summary>Control bytes after which a batch is full.</summary>
    public const int BatchControlBytes = 64 * 1024;

    /// <summary>Control frames waiting to be written; beyond it the remote reads too slowly.</summary>
    public const int ControlFrames = 8192;

    /// <summary>Payload bytes of waiting control frames; beyond it the remote reads too slowly.</summary>
    public const int ControlBytes = 16 * 1024 * 1024;

    /// <summary>Pings taken in a second, and at once.</summary>
    internal static readonly RateLimit Pings = new(PerSecond: 2, Burst: 16);

    /// <summary>Channels opened in a second, and at once.</summary>
    internal static readonly RateLimit Opens = new(PerSecond: 8, Burst: 128);

    /// <summary>Questions in a second, and at once: at 1 Gbit/s a stream of 1 MiB segments has 120.</summary>
    internal static readonly RateLimit Wants = new(PerSecond: 1024, Burst: 4096);

    /// <summary>Catalogs, records, leaf lists and peer lists in a second, and at once.</summary>
    internal static readonly RateLimit Bulks = new(PerSecond: 1024, Burst: 4096);

    /// <summary>Small changes in a second, and at once, each range of a frame by itself: 1 Gbit/s is
    /// 7,600 blocks/s.</summary>
    internal static readonly RateLimit Deltas = new(PerSecond: 32_768, Burst: 65_536);
}
