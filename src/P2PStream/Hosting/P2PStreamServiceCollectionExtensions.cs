using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace P2PStream;

/// <summary>Adds a node to a host.</summary>
public static class P2PStreamServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="StreamNodeService"/>, started and stopped with the host; its options are
    /// checked at start.</summary>
    public static IServiceCollection AddP2PStream(
        this IServiceCollection services, Action<StreamNodeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<StreamNodeOptions>()
            .Configure(options => configure?.Invoke(options))
            .PostConfigure<ILoggerFactory>(static (options, logging) => options.Logging = logging)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<StreamNodeOptions>, StreamNodeOptionsValidator>();
        services.AddSingleton<StreamNodeService>();
        services.AddSingleton<IHostedService>(
            static provider => provider.GetRequiredService<StreamNodeService>());
        return services;
    }
}
