using P2PStream.Swarm;

namespace P2PStream.Http;

/// <summary>What the page shows. Times in seconds, sizes in bytes, rates in bytes per
/// second.</summary>
internal sealed record GatewayStatus(
    string Name, string Kind, bool Ready, string FileName, PlayerStatusView Player,
    TotalsView Totals, IReadOnlyList<TrackView> Tracks, IReadOnlyList<DeliveryView> Deliveries,
    IReadOnlyList<PeerView> Peers);

/// <summary>The player.</summary>
internal sealed record PlayerStatusView(
    string Status, double Position, double Buffered, double Rate, bool Reported);

/// <summary>All bytes so far.</summary>
internal sealed record TotalsView(
    long Delivered, long FromViewers, long FromPublisher, long FromOrigin, long Served, long Wasted,
    long Rejected, long OriginRequests, double Offload,
    IReadOnlyDictionary<SupplyReason, long> StallReasons,
    IReadOnlyDictionary<SupplyReason, long> OriginReasons);

/// <summary>One track of the catalog.</summary>
internal sealed record TrackView(
    ushort Id, string Kind, string Name, long Bandwidth, ulong First, ulong Segments, bool Ended);

/// <summary>One segment and its sources.</summary>
internal sealed record DeliveryView(
    ushort Track, ulong Sequence, long FromViewers, long FromPublisher, long FromOrigin,
    string Source, DateTimeOffset At);

/// <summary>One peer.</summary>
internal sealed record PeerView(
    string Name, string Address, bool Viewer, double Down, double Up, long Received, long Sent,
    double RoundTripMs);

/// <summary>What a player posts.</summary>
internal sealed record PlayerReport(string? Status, double Position, double Buffered, double? Rate);
