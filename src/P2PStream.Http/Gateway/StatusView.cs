using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>Gathers what the page shows.</summary>
internal static class StatusView
{
    /// <summary>A snapshot with some of the deliveries.</summary>
    public static GatewayStatus Of(
        IGatewayStream stream, GatewayPlayer player, IReadOnlyList<SegmentDelivery> deliveries)
    {
        var catalog = TryCatalog(stream);
        var state = player.State;
        var all = stream.Statistics;
        return new GatewayStatus(
            stream.Name,
            Text(catalog?.Kind.ToString()),
            catalog is not null,
            catalog?.FileName ?? "",
            new PlayerStatusView(
                Text(state.Status.ToString()), state.Position.TotalSeconds,
                state.BufferedAhead.TotalSeconds, state.Rate, player.Reports),
            new TotalsView(
                all.BytesDelivered, all.BytesFromViewers, all.BytesFromPublisher,
                all.BytesFromOrigin, all.BytesServed, all.BytesWasted, all.RejectedBlocks,
                all.OriginRequests, all.Offload, all.StallReasons, all.OriginReasons),
            [.. (catalog?.Tracks ?? []).Select(Track)],
            [.. deliveries.Select(Delivery)],
            [.. all.Peers.Select(Peer)]);
    }

    private static Catalog? TryCatalog(IGatewayStream stream)
    {
        try
        {
            return stream.Media.Catalog;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static TrackView Track(TrackDescription track) => new(
        track.Id, Text(track.Kind.ToString()), track.Name, track.Bandwidth, track.FirstSequence,
        track.SegmentCount, track.Ended);

    private static DeliveryView Delivery(SegmentDelivery delivery) => new(
        delivery.Id.Track, delivery.Id.Sequence, delivery.FromViewers, delivery.FromPublisher,
        delivery.FromOrigin, delivery.MainSource, delivery.CompletedAt);

    private static PeerView Peer(PeerStatistics peer) => new(
        peer.Name, peer.Address, peer.IsViewer, peer.DownRate, peer.UpRate, peer.BytesReceived,
        peer.BytesSent, peer.RoundTrip.TotalMilliseconds);

    private static string Text(string? name) =>
        string.IsNullOrEmpty(name) ? "" : char.ToLowerInvariant(name[0]) + name[1..];
}
