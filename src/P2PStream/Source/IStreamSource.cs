namespace P2PStream;

/// <summary>What a publisher publishes: tracks, and segments as they come to exist.</summary>
public interface IStreamSource : IAsyncDisposable
{
    /// <summary>Reads what the stream consists of. Segments are not read yet.</summary>
    /// <exception cref="StreamSourceException">The source is missing or malformed; the message is one line for people.</exception>
    Task<SourceDescription> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>All segments, initialization segments before those that need them; ends when the stream
    /// has ended, which for an event may be much later.</summary>
    IAsyncEnumerable<SourceSegment> ReadAsync(CancellationToken cancellationToken);
}
