using Microsoft.Extensions.Logging;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>
/// The links of a node, one per remote node, shared by its streams. Of two links that both ends
/// dialled at once, the one whose dialler has the lower id stays: both ends decide alike.
/// </summary>
internal sealed class LinkTable(StreamNode node, ILogger log) : IAsyncDisposable
{
    /// <summary>Identities banned at most; the oldest is forgiven.</summary>
    private const int MostBanned = 4096;

    /// <summary>Links at once; beyond it nobody is accepted.</summary>
    private const int MostLinks = 512;

    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, PeerConnection> _byPeer = [];
    private readonly Dictionary<PeerConnection, Task> _running = [];
    private readonly Dictionary<PeerId, bool> _banned = [];
    private readonly Queue<PeerId> _bannedOrder = [];
    private readonly CancellationTokenSource _closing = new();
    private int _made;

    /// <summary>Links that run now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _running.Count;
        }
    }

    /// <summary>Links that were ever made.</summary>
    public int Made => Volatile.Read(ref _made);

    /// <summary>Dials for a stream and opens its channel; reports to the stream how it went.</summary>
    public async Task DialAsync(
        DialAddress address, StreamRuntime runtime, CancellationToken cancellationToken)
    {
        var linked = false;
        try
        {
            if (address.Tag != node.Transport.Tag || address.Value == node.DialAddress)
            {
                Forbid(runtime, address);
                return;
            }

            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(DialTimeout);
            var target = new TransportAddress(address.Tag, address.Value);
            var link = await node.Transport.ConnectAsync(target, timeout.Token);
            if (link.Info.Remote == node.Id || IsBanned(link.Info.Remote))
            {
                await link.DisposeAsync();
                Forbid(runtime, address);
                return;
            }

            linked = Add(new PeerConnection(node, link, target)).Open(runtime);
        }
        catch (Exception error) when (error is LinkException or OperationCanceledException
            or IOException or ObjectDisposedException)
        {
            Log.DialFailed(log, address.Value, error.Message);
        }
        finally
        {
            runtime.Dialed(address, linked);
        }
    }

    public void Accepted(ILink link, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested || IsBanned(link.Info.Remote)
            || link.Info.Remote == node.Id || IsFull())
        {
            _ = link.DisposeAsync().AsTask();
            return;
        }

        Add(new PeerConnection(node, link, dialled: null));
    }

    public void Ban(PeerChannel peer)
    {
        var connection = peer.Connection;
        Log.Banned(log, connection.Remote.ShortName, connection.Info.RemoteAddress.Value);
        lock (_lock)
        {
            if (_banned.TryAdd(connection.Remote, true)) _bannedOrder.Enqueue(connection.Remote);
            if (_bannedOrder.Count > MostBanned) _banned.Remove(_bannedOrder.Dequeue());
        }

        if (connection.Listens is { } address) Forbid(peer.Runtime, address);
        connection.Goodbye(SessionEndReason.Corrupt);
    }

    /// <summary>A stream has ended at this node.</summary>
    public void Close(StreamRuntime runtime)
    {
        foreach (var connection in Snapshot()) connection.Close(runtime);
    }

    /// <summary>Says goodbye to all, waits a moment for it to be heard, and ends every link.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_lock) running = [.. _running.Values];
        foreach (var connection in Snapshot()) connection.Goodbye(SessionEndReason.ShuttingDown);
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(CloseTimeout, node.Options.Time));
        await _closing.CancelAsync();
        await Task.WhenAll(running);
        _closing.Dispose();
    }

    private static void Forbid(StreamRuntime runtime, DialAddress address) =>
        runtime.Forbid(address);

    private bool IsBanned(PeerId id)
    {
        lock (_lock) return !id.Value.IsZero && _banned.ContainsKey(id);
    }

    private bool IsFull()
    {
        lock (_lock) return _running.Count >= MostLinks;
    }

    /// <summary>Adds a link and runs it.</summary>
    /// <returns>The connection to use for that peer: this one, or one that was there and stays.</returns>
    private PeerConnection Add(PeerConnection connection)
    {
        PeerConnection? loser = null;
        var winner = connection;
        lock (_lock)
        {
            if (!connection.Remote.Value.IsZero
                && _byPeer.TryGetValue(connection.Remote, out var known))
            {
                winner = Prefers(connection, known) ? connection : known;
                loser = winner == connection ? known : connection;
            }

            if (!winner.Remote.Value.IsZero) _byPeer[winner.Remote] = winner;
            _running[connection] = RunAsync(connection);
            _made++;
        }

        Log.Linked(log, connection.Remote.ShortName, connection.Info.RemoteAddress.Value);
        loser?.Goodbye(SessionEndReason.Duplicate);
        return winner;
    }

    private bool Prefers(PeerConnection connection, PeerConnection known)
    {
        if (connection.Info.IsInitiator == known.Info.IsInitiator) return false;
        var weAreLower = node.Id.Value.CompareTo(connection.Remote.Value) < 0;
        return connection.Info.IsInitiator == weAreLower;
    }

    private async Task RunAsync(PeerConnection connection)
    {
        await Task.Yield();
        try
        {
            await connection.RunAsync(_closing.Token);
        }
        catch (Exception error)
        {
            Log.LinkFailed(log, error);
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(connection);
                if (_byPeer.TryGetValue(connection.Remote, out var current)
                    && current == connection) _byPeer.Remove(connection.Remote);
            }
        }
    }

    private PeerConnection[] Snapshot()
    {
        lock (_lock) return [.. _running.Keys];
    }
}
