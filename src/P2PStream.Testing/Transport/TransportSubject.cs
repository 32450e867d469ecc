using P2PStream.Transport;

namespace P2PStream.Testing;

/// <summary>Two nodes' transports of one kind, for <see cref="TransportContract"/> to
/// try.</summary>
/// <param name="Listening">The node that listens.</param>
/// <param name="Dialling">The other node.</param>
/// <param name="ListenAddress">Where to listen; should ask for a free port, as suites run in
/// parallel.</param>
public sealed record TransportSubject(
    ITransport Listening, ITransport Dialling, TransportAddress ListenAddress) : IAsyncDisposable
{
    /// <summary>An address where nobody listens; null where the transport has none.</summary>
    public TransportAddress? Unreachable { get; init; }

    /// <summary>Cleans up after a case: files, keys.</summary>
    public Action? OnDispose { get; init; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        OnDispose?.Invoke();
        return ValueTask.CompletedTask;
    }
}
