namespace P2PStream;

/// <summary>A linked peer.</summary>
public sealed record PeerStatistics
{
    /// <summary>The first eight digits of its identity.</summary>
    public required string Name { get; init; }

    /// <summary>Where it can be dialled; empty when it said nothing.</summary>
    public required string Address { get; init; }

    /// <summary>True when it says it is a viewer.</summary>
    public required bool IsViewer { get; init; }

    /// <summary>Payload had from it, bytes per second of late.</summary>
    public double DownRate { get; init; }

    /// <summary>Payload given to it, bytes per second of late.</summary>
    public double UpRate { get; init; }

    /// <summary>Payload had from it.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Payload given to it.</summary>
    public long BytesSent { get; init; }

    /// <summary>Smallest recent time from request to block.</summary>
    public TimeSpan RoundTrip { get; init; }
}
