using Microsoft.Extensions.Logging;
using P2PStream.Discovery;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>
/// Keeps a stream's item on the DHT: a publisher puts its own; whoever watches looks for it, dials whom
/// it names, and puts it again each hour, unchanged, which takes nobody's key. So it lasts for as long as
/// somebody watches; that of a stream with a secret for as long as somebody publishes.
/// </summary>
internal sealed class StreamItemKeeper(StreamNode node, StreamRuntime runtime, DhtItem? own)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private readonly ILogger _log = node.Options.Logging.CreateLogger("P2PStream.Discovery");

    /// <summary>Runs until it is cancelled; never faults.</summary>
    /// <param name="dht">The DHT.</param>
    /// <param name="joining">Done when the DHT is joined, or was waited for long enough.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(DhtNode dht, Task joining, CancellationToken cancellationToken)
    {
        try
        {
            await joining;
            var item = own ?? await FindAsync(dht, cancellationToken);
            // Who keeps an item sees whose key it is under: viewers who put it would be known as that
            // publisher's.
            while (own is not null || runtime.Secret is null)
            {
                // Ends when somebody has put a newer one.
                item = await dht.KeepItemAsync(item, null, cancellationToken);
                Use(item);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The stream or the node has ended.
        }
        catch (Exception error)
        {
            Log.SearchFailed(_log, error.Message);
        }
    }

    private async Task<DhtItem> FindAsync(DhtNode dht, CancellationToken cancellationToken)
    {
        var salt = StreamItem.SaltOf(runtime.Options.Stream, runtime.Secret);
        var target = DhtItem.TargetOf(runtime.Options.RootKey.ToArray(), salt);
        for (var pause = FirstPause; ; pause = pause.Doubled(LongestPause))
        {
            var found = await dht.GetItemAsync(target, salt, cancellationToken);
            if (found is not null && Use(found)) return found;
            await Task.Delay(pause, node.Options.Time, cancellationToken);
        }
    }

    /// <summary>Takes what an item tells; false when it is not this stream's.</summary>
    private bool Use(DhtItem item)
    {
        var options = runtime.Options;
        if (StreamItems.Open(item, options.RootKey, options.Name, runtime.Secret) is not { } opened) return false;
        runtime.EpochFound(opened.Delegation.Epoch);
        foreach (var address in opened.Addresses)
            runtime.CandidateFound(
                new DialAddress(node.Transport.Tag, address), CandidateSource.Item);
        return true;
    }
}
