namespace P2PStream;

/// <summary>Fetches from an origin: an HTTP server that has everything and costs money.</summary>
public interface IOriginClient
{
    /// <summary>Opens a range of a resource; the stream gives its bytes as they arrive.</summary>
    /// <param name="uri">Absolute.</param>
    /// <param name="offset">First byte wanted.</param>
    /// <param name="length">Bytes wanted, at least 1.</param>
    /// <param name="reach">Which addresses it may connect to, redirects included.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FileNotFoundException">The origin answers that it does not have that resource, or not
    /// that range of it: the segment is left alone for a while, others are not.</exception>
    /// <exception cref="IOException">The origin is unreachable or answers with an error, or with another range; or
    /// <paramref name="reach"/> forbids it.</exception>
    ValueTask<Stream> OpenAsync(
        Uri uri, long offset, long length, OriginReach reach, CancellationToken cancellationToken);

    /// <summary>True for a URL whose host the host application allows by name, whatever stream names it and
    /// wherever it lies.</summary>
    /// <param name="uri">Absolute.</param>
    bool Allows(Uri uri) => false;
}
