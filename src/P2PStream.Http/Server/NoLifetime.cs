using Microsoft.Extensions.Hosting;

namespace P2PStream.Http;

/// <summary>Leaves Ctrl+C and termination signals to the application: the default lifetime takes
/// them and only stops its own server.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
