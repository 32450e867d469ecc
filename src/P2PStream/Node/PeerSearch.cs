using System.Net;
using Microsoft.Extensions.Logging;
using P2PStream.Discovery;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>Announces a stream on the DHT and looks there for its peers, often at first, then seldom.</summary>
internal sealed class PeerSearch : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan JoinPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping;
    private readonly CancellationToken _token;
    private readonly StreamNode _node;
    private readonly StreamRuntime _runtime;
    private readonly IReadOnlyList<string> _bootstrap;
    private readonly BootstrapNames _names;
    private readonly ILogger _log;
    private readonly StreamItemKeeper? _items;
    private readonly IDisposable? _lan;
    private readonly Task _loop;
    private Task _resolving = Task.CompletedTask;
    private int _disposed;

    /// <param name="node">The node.</param>
    /// <param name="runtime">The stream.</param>
    /// <param name="link">What is watched; null at a publisher.</param>
    /// <param name="item">The publisher's item; null for whoever looks for it.</param>
    public PeerSearch(
        StreamNode node, StreamRuntime runtime, StreamLink? link, DhtItem? item = null)
    {
        _node = node;
        _runtime = runtime;
        // A stream that ends by itself is announced no more.
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(runtime.Stopping);
        _token = _stopping.Token;
        _bootstrap = link?.Bootstrap ?? [];
        _log = node.Options.Logging.CreateLogger("P2PStream.Discovery");
        _names = new BootstrapNames(_log, node.Options.Time);
        runtime.Named = [.. (link?.Peers ?? [])
            .Select(peer => new DialAddress(node.Transport.Tag, peer))];
        if (node.Options.KeepDhtItems) _items = new StreamItemKeeper(node, runtime, item);
        TellWhereWeAre();
        foreach (var peer in runtime.Named) runtime.CandidateFound(peer, CandidateSource.Link);
        if (node.EndPoint.Port != 0) _lan = node.Lan?.Announce(
            Key, (ushort)node.EndPoint.Port, peer => Found(peer, CandidateSource.Lan));
        _loop = Task.Run(RunAsync);
    }

    private InfoHash Key => StreamInfoHash.Of(_runtime.Options.Stream, _runtime.Secret);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _lan?.Dispose();
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        if (_node.Dht is not { } dht)
        {
            _runtime.DiscoveryDone();
            return;
        }

        // A search starts from the contacts itself; joining may have to wait for dead ones.
        var joining = JoinAsync(dht);
        var keeping = _items?.RunAsync(dht, joining, _token) ?? Task.CompletedTask;
        try
        {
            await SearchOnAsync(dht, joining);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The stream or the node has ended.
        }
        catch (Exception error)
        {
            // The stream plays on with the peers that it has.
            Log.SearchBroke(_log, error);
            _runtime.DiscoveryDone();
        }
        finally
        {
            await joining;
            await keeping;
            await _resolving;
        }
    }

    private async Task SearchOnAsync(DhtNode dht, Task joining)
    {
        var hash = Key;
        for (var pause = FirstPause; ; pause = pause.Doubled(LongestPause))
        {
            var found = await SearchAsync(dht, hash);
            if (found == 0 && !joining.IsCompleted)
            {
                await joining;
                found = await SearchAsync(dht, hash);
            }

            _runtime.DiscoveryDone();
            TellWhereWeAre();
            var stored = _node.Options.AnnounceToDht
                ? await dht.AnnounceAsync(hash, (ushort)_node.EndPoint.Port, _token)
                : dht.RoutingTableSize;
            if (stored == 0 && found == 0) pause = FirstPause;
            await Task.Delay(pause, _node.Options.Time, _token);
        }
    }

    /// <summary>Waits until the DHT is joined, for a while; a link may name nodes that the host did not.
    /// Never faults.</summary>
    private async Task JoinAsync(DhtNode dht)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_token);
        patience.CancelAfter(JoinPatience);
        try
        {
            var missing = new List<string>();
            var contacts = await _names.ResolveAsync(_bootstrap, missing, patience.Token);
            _resolving = _names.ResolveLaterAsync(missing, dht.JoinAsync, _token);
            if (contacts.Count > 0) await dht.JoinAsync(contacts, patience.Token);
            else await dht.BootstrapAsync(patience.Token);
        }
        catch (Exception error)
        {
            if (!_token.IsCancellationRequested) Log.SearchFailed(_log, error.Message);
        }
    }

    private async Task<int> SearchAsync(DhtNode dht, InfoHash hash)
    {
        var found = 0;
        await foreach (var peer in dht.GetPeersAsync(hash, _token))
        {
            found++;
            Found(peer, CandidateSource.Dht);
        }

        return found;
    }

    /// <summary>The DHT's nodes tell at which address they see this one.</summary>
    private void TellWhereWeAre() => _runtime.LocatedAt([.. _node.OwnAddresses]);

    private void Found(IPEndPoint peer, CandidateSource source) =>
        _runtime.CandidateFound(new DialAddress(_node.Transport.Tag, Text(peer)), source);

    private static string Text(IPEndPoint peer) =>
        (peer.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(peer.Address.MapToIPv4(), peer.Port) : peer)
        .ToString();
}
