using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Where a whole segment came from.</summary>
/// <param name="Id">The segment.</param>
/// <param name="CompletedAt">When its last block was verified.</param>
/// <param name="FromViewers">Bytes.</param>
/// <param name="FromPublisher">Bytes.</param>
/// <param name="FromOrigin">Bytes.</param>
/// <param name="MainSource">Who gave most: a peer's short name, <c>publisher</c> or <c>origin</c>.</param>
public sealed record SegmentDelivery(
    SegmentId Id, DateTimeOffset CompletedAt, long FromViewers, long FromPublisher, long FromOrigin,
    string MainSource);
