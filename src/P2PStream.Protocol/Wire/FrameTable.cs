namespace P2PStream.Protocol;

/// <summary>
/// Every frame type of version 1, once: reader, writer, fuzz targets and the wire document derive
/// from it.
/// </summary>
public static class FrameTable
{
    private static readonly FrameInfo[] Rows =
    [
        Link(FrameType.Hello, "hello", HelloFrame.Size, WireLimits.HelloBytes),
        Link(FrameType.Goodbye, "goodbye", GoodbyeFrame.Size, GoodbyeFrame.Size),
        Link(FrameType.Ping, "ping", PingFrame.Size, PingFrame.Size, FrameRate.Ping),
        Link(FrameType.Pong, "pong", PingFrame.Size, PingFrame.Size),

        Channel(FrameType.Open, "open", OpenFrame.HeadSize,
            OpenFrame.HeadSize + WireLimits.OpenBodyBytes, FrameRate.Open, FrameSender.Opener),
        Channel(FrameType.Accept, "accept", AcceptFrame.HeadSize, AcceptFrame.TaggedSize,
            FrameRate.Unlimited, FrameSender.Acceptor),
        Channel(FrameType.Refuse, "refuse", RefuseFrame.Size, RefuseFrame.Size,
            FrameRate.Unlimited, FrameSender.Acceptor),
        Channel(FrameType.Close, "close", 0, 0, FrameRate.Unlimited),
        Channel(FrameType.Credit, "credit", CreditFrame.Size, CreditFrame.Size, FrameRate.Delta),

        Channel(FrameType.AuthorityWant, "authority-want", 0, 0, FrameRate.Want),
        Channel(FrameType.Authority, "authority", 1, WireLimits.AuthorityBytes, FrameRate.Bulk),
        Channel(FrameType.RecordsWant, "records-want", SegmentRange.Size, SegmentRange.Size,
            FrameRate.Want),
        Channel(FrameType.Records, "records", RecordsFrame.HeadSize,
            RecordsFrame.HeadSize + WireLimits.RecordsBytes, FrameRate.Bulk),
        Channel(FrameType.LeavesWant, "leaves-want", LeavesFrame.HeadSize, LeavesFrame.HeadSize,
            FrameRate.Want),
        Channel(FrameType.Leaves, "leaves", LeavesFrame.HeadSize,
            LeavesFrame.HeadSize + ContentLimits.BlocksPerPart * Hash256.Size, FrameRate.Bulk),
        Channel(FrameType.Peers, "peers", PeerList.HeadSize, WireLimits.PeersBytes,
            FrameRate.Bulk),

        Channel(FrameType.Have, "have", SegmentRange.Size,
            SegmentRange.Size * WireLimits.RangesPerFrame, FrameRate.Delta),
        Channel(FrameType.Drop, "drop", SegmentRange.Size,
            SegmentRange.Size * WireLimits.RangesPerFrame, FrameRate.Delta),
        Channel(FrameType.HaveBlocks, "have-blocks", BlockRange.Size,
            BlockRange.Size * WireLimits.RangesPerFrame, FrameRate.Delta),
        Channel(FrameType.Interest, "interest", InterestFrame.Size, InterestFrame.Size,
            FrameRate.Delta),

        Channel(FrameType.Request, "request", RequestFrame.Size, RequestFrame.Size,
            FrameRate.Delta),
        Channel(FrameType.Subscribe, "subscribe", RequestFrame.Size, RequestFrame.Size,
            FrameRate.Delta),
        Channel(FrameType.Cancel, "cancel", CancelFrame.Size, CancelFrame.Size, FrameRate.Delta),
        Channel(FrameType.Reject, "reject", RejectFrame.Size, RejectFrame.Size,
            FrameRate.Unlimited),
        Channel(FrameType.Data, "data", DataFrame.HeadSize + 1,
            DataFrame.HeadSize + ContentLimits.BlockBytes, FrameRate.Unlimited),
    ];

    private static readonly FrameInfo?[] ByType = Index();

    /// <summary>All rows, by ascending type.</summary>
    public static IReadOnlyList<FrameInfo> All => Rows;

    /// <summary>The row of a type; null when the type is unknown.</summary>
    public static FrameInfo? Find(FrameType type) => ByType[(byte)type];

    /// <summary>Checks all that a header alone can show to be wrong.</summary>
    public static Violation Check(in FrameHeader header)
    {
        if ((header.Flags & ~FrameFlags.MayIgnore) != 0) return Violation.UnknownFlags;
        var row = ByType[(byte)header.Type];
        if (row is null)
        {
            if ((header.Flags & FrameFlags.MayIgnore) == 0) return Violation.UnknownType;
            return header.Length > WireLimits.UnknownFrameBytes
                ? Violation.TooLong
                : Violation.None;
        }

        if (header.Length > row.MaximumLength) return Violation.TooLong;
        if (header.Length < row.MinimumLength) return Violation.TooShort;
        return (header.Channel == 0) == (row.Level == FrameLevel.Link)
            ? Violation.None
            : Violation.WrongLevel;
    }

    private static FrameInfo Link(
        FrameType type, string name, int minimum, int maximum,
        FrameRate rate = FrameRate.Unlimited) =>
        new(type, name, minimum, maximum, FrameLevel.Link, FrameSender.Either, rate);

    private static FrameInfo Channel(
        FrameType type, string name, int minimum, int maximum, FrameRate rate,
        FrameSender sender = FrameSender.Either) =>
        new(type, name, minimum, maximum, FrameLevel.Channel, sender, rate);

    private static FrameInfo?[] Index()
    {
        var index = new FrameInfo?[256];
        foreach (var row in Rows) index[(byte)row.Type] = row;
        return index;
    }
}
