using Microsoft.Extensions.Logging;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream;

/// <summary>
/// The links of a node, one per remote node, shared by its streams. Of two links that both ends
/// dialled at once, the one whose dialler has the lower id stays: both ends decide alike. Which links
/// are kept at all is <see cref="LinkAdmission"/>'s decision.
/// </summary>
internal sealed class LinkTable : IAsyncDisposable
{
    /// <summary>Links that are being told that they are too many; further ones are cut off unheard.</summary>
    private const int MostRefusals = 32;

    /// <summary>How often it is looked at what each link is good for.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>How long links may take to say goodbye when the node ends.</summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, PeerConnection> _byPeer = [];
    private readonly Dictionary<PeerConnection, Task> _running = [];
    private readonly BanList _banned = new();
    private readonly List<Task> _dials = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationToken _token;
    private readonly Dictionary<long, PeerConnection> _byNumber = [];
    private readonly LinkAdmission _admission;
    private readonly StreamNode _node;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private long _lastNumber;
    private int _refusing;
    private int _made;
    private bool _isClosed;

    public LinkTable(StreamNode node, ILogger log)
    {
        _node = node;
        _token = _closing.Token;
        _log = log;
        _admission = new LinkAdmission(node.Options.MostLinks);
        _timer = node.Options.Time.CreateTimer(
            static table => ((LinkTable)table!).Look(), this, LookEvery, LookEvery);
    }

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
    public void Dial(
        DialAddress address, StreamRuntime runtime, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_isClosed) return;
            _dials.RemoveAll(static dial => dial.IsCompleted);
            _dials.Add(DialAsync(address, runtime, cancellationToken));
        }
    }

    private async Task DialAsync(
        DialAddress address, StreamRuntime runtime, CancellationToken cancellationToken)
    {
        // Not under the lock.
        await Task.Yield();
        PeerChannel? channel = null;
        PeerConnection? connection = null;
        try
        {
            if (address.Tag != _node.Transport.Tag || _node.DialAddresses.Contains(address.Value))
            {
                runtime.Forbid(address);
                return;
            }

            using var patience = new CancellationTokenSource(DialTimeout, _node.Options.Time);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(
                cancellationToken, patience.Token);
            var target = new TransportAddress(address.Tag, address.Value);
            var link = await _node.Transport.ConnectAsync(target, timeout.Token);
            if (link.Info.Remote == _node.Id || _banned.Contains(link.Info.Remote))
            {
                await link.DisposeAsync();
                runtime.Forbid(address);
                return;
            }

            var isNamed = runtime.Named.Contains(address);
            connection = Add(link, target, isNamed);
            if (connection is not null)
                channel = await connection.OpenAsync(runtime).WaitAsync(timeout.Token);
        }
        catch (Exception error)
        {
            // A transport may be another's code; one that fails has linked nobody.
            Log.DialFailed(_log, address.Value, error.Message);
            // Who does not answer is not waited for: its link would be kept for a channel that never opens.
            connection?.CloseUnanswered(runtime);
        }
        finally
        {
            runtime.Dialed(address, channel);
        }
    }

    public void Accepted(ILink link, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested || _banned.Contains(link.Info.Remote)
            || link.Info.Remote == _node.Id)
        {
            _ = link.DisposeAsync().AsTask();
            return;
        }

        Add(link, dialled: null, isNamed: false);
    }

    public void Ban(PeerChannel peer)
    {
        var connection = peer.Connection;
        Log.Banned(_log, connection.Remote.ShortName, connection.Info.RemoteAddress.Value);
        _banned.Add(connection.Remote);
        // Where it says that it listens may be another's door, behind the same NAT: who is dialled there and turns
        // out to be banned is forbidden then.
        if (connection.Dialled is { } address)
            peer.Runtime.Forbid(new DialAddress(address.Tag, address.Value));
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
        Task[] running, dials;
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            running = [.. _running.Values];
            dials = [.. _dials];
        }

        foreach (var connection in Snapshot()) connection.Goodbye(SessionEndReason.ShuttingDown);
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(CloseTimeout, _node.Options.Time));
        await _closing.CancelAsync();
        await Task.WhenAll(running);
        await Task.WhenAll(dials);
        await _timer.DisposeAsync();
        _closing.Dispose();
    }

    /// <summary>Adds a link and runs it.</summary>
    /// <returns>The connection to use for that peer: this one, or one that was there and stays; null when it
    /// is one too many, or the node ends.</returns>
    private PeerConnection? Add(ILink link, TransportAddress? dialled, bool isNamed)
    {
        var connection = new PeerConnection(
            _node, Interlocked.Increment(ref _lastNumber), link, dialled);
        PeerConnection? loser = null, evicted = null;
        var winner = connection;
        lock (_lock)
        {
            if (_isClosed)
            {
                _ = connection.DisposeAsync().AsTask();
                return null;
            }

            Observe();
            if (!_admission.TryAdmit(connection.Number, connection.Info.RemoteAddress.Value,
                isNamed, _node.Now, out var leaving))
            {
                Refuse(connection);
                return null;
            }

            if (leaving is { } number) evicted = _byNumber.GetValueOrDefault(number);
            _byNumber.Add(connection.Number, connection);
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

        Log.Linked(_log, connection.Remote.ShortName, connection.Info.RemoteAddress.Value);
        loser?.Goodbye(SessionEndReason.Duplicate);
        evicted?.Goodbye(SessionEndReason.TooManyLinks);
        return winner;
    }

    /// <summary>One too many is told so, that it may come again later; under the lock.</summary>
    private void Refuse(PeerConnection connection)
    {
        Log.Refused(_log, connection.Remote.ShortName, connection.Info.RemoteAddress.Value);
        if (_refusing == MostRefusals)
        {
            _ = connection.DisposeAsync().AsTask();
            return;
        }

        _refusing++;
        connection.Goodbye(SessionEndReason.TooManyLinks);
        _running[connection] = RunAsync(connection, isRefused: true);
    }

    /// <summary>Tells what each link is good for; under the lock.</summary>
    private void Observe()
    {
        foreach (var (number, connection) in _byNumber)
            _admission.Observe(
                number, connection.ChannelCount, connection.UsefulBytes, _node.Now);
    }

    /// <summary>Ends links that serve no stream.</summary>
    private void Look()
    {
        var silent = new List<PeerConnection>();
        lock (_lock)
        {
            Observe();
            while (_admission.TryTakeSilent(_node.Now, out var number))
                if (_byNumber.TryGetValue(number, out var connection)) silent.Add(connection);
        }

        foreach (var connection in silent) connection.Goodbye(SessionEndReason.Done);
    }

    private bool Prefers(PeerConnection connection, PeerConnection known)
    {
        if (connection.Info.IsInitiator == known.Info.IsInitiator) return false;
        var weAreLower = _node.Id.Value.CompareTo(connection.Remote.Value) < 0;
        return connection.Info.IsInitiator == weAreLower;
    }

    private async Task RunAsync(PeerConnection connection, bool isRefused = false)
    {
        await Task.Yield();
        try
        {
            await connection.RunAsync(_token);
        }
        catch (Exception error)
        {
            Log.LinkFailed(_log, error);
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(connection);
                _byNumber.Remove(connection.Number);
                _admission.Remove(connection.Number);
                if (isRefused) _refusing--;
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
