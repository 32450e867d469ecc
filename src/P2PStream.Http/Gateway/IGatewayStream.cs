namespace P2PStream.Http;

/// <summary>What the gateway needs of a watched stream.</summary>
internal interface IGatewayStream
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>Its media; the catalog is known after <see cref="WaitForCatalogAsync"/>.</summary>
    IMediaSource Media { get; }

    /// <summary>What has been counted.</summary>
    SwarmStatistics Statistics { get; }

    /// <summary>Where the last segments came from, newest last.</summary>
    IReadOnlyList<SegmentDelivery> RecentDeliveries { get; }

    /// <summary>Completes when the catalog is known.</summary>
    Task WaitForCatalogAsync(CancellationToken cancellationToken);

    /// <summary>Takes deadlines from a player.</summary>
    void AttachPlayer(Func<PlayerState> state);
}
