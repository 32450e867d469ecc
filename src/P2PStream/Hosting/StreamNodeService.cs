using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace P2PStream;

/// <summary>A node that lives with its host.</summary>
public sealed class StreamNodeService(IOptions<StreamNodeOptions> options) : IHostedService, IAsyncDisposable
{
    private StreamNode? _node;

    /// <summary>The node.</summary>
    /// <exception cref="InvalidOperationException">The host has not started it yet.</exception>
    public StreamNode Node =>
        _node ?? throw new InvalidOperationException("The node has not been started.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken) =>
        _node = await StreamNode.StartAsync(options.Value, cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
    }
}
