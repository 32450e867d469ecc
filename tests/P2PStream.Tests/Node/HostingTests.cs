using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace P2PStream.Tests;

/// <summary>A node in a generic host.</summary>
public sealed class HostingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_lives_with_its_host()
    {
        using var host = Host(options => options.EnableDht = false);
        var service = host.Services.GetRequiredService<StreamNodeService>();
        Assert.Throws<InvalidOperationException>(() => service.Node);
        await host.StartAsync(Cancelled);
        Assert.NotEqual(0, service.Node.EndPoint.Port);
        var node = service.Node;
        await host.StopAsync(Cancelled);
        using var key = Protocol.RootKey.FromSeed(Nodes.Seed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => node.WatchAsync(
            new Protocol.StreamLink { Key = key.PublicKey, Name = "film" },
            cancellationToken: Cancelled));
    }

    [Theory]
    [InlineData("MemoryBytes must be 4 MiB to 16 GiB.")]
    [InlineData("'nowhere' is not host:port.")]
    public async Task Bad_options_are_told_at_start(string message)
    {
        using var host = Host(options =>
        {
            if (message.Contains("nowhere")) options.Bootstrap.Add("nowhere");
            else options.MemoryBytes = 1;
        });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(Cancelled));
        Assert.Equal(message, error.Message);
    }

    private static IHost Host(Action<StreamNodeOptions> configure)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddP2PStream(configure);
        return builder.Build();
    }
}
