namespace P2PStream.Http;

/// <summary>A <see cref="WatchedStream"/> as the gateway sees it.</summary>
internal sealed class WatchedGatewayStream(WatchedStream stream) : IGatewayStream
{
    public string Name => stream.Link.Name;

    public IMediaSource Media => stream;

    public SwarmStatistics Statistics => stream.Statistics;

    public IReadOnlyList<SegmentDelivery> RecentDeliveries => stream.RecentDeliveries;

    public Task WaitForCatalogAsync(CancellationToken cancellationToken) =>
        stream.WaitForCatalogAsync(cancellationToken);

    public void AttachPlayer(Func<PlayerState> state) => stream.AttachPlayer(state);
}
