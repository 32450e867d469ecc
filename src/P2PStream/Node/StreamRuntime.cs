using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>
/// The shell of one stream's <see cref="StreamSwarm"/>: one loop feeds it what links, origin and
/// players say, then does what it asks. Only the loop touches the swarm.
/// </summary>
internal sealed partial class StreamRuntime : IAsyncDisposable
{
    /// <summary>Inputs that wait: beyond it links wait to be read.</summary>
    private const int InboxLimit = 8192;

    /// <summary>Inputs taken before the swarm advances once.</summary>
    private const int BatchLimit = 256;

    private const double MiB = 1 << 20;

    private readonly SwarmInbox _inbox = new(InboxLimit);
    private readonly OutgoingCommands _commands = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<int, PeerChannel> _peers = [];
    private readonly List<SegmentId> _found = [];
    private readonly ConcurrentDictionary<uint, SegmentFeed> _feeds = new();
    private readonly StreamNode _node;
    private readonly OriginRunner? _origin;
    private readonly StoreWriter? _store;
    private readonly BlockReads _reads;
    private readonly WakeTimer _timer;
    private readonly ILogger _log;
    private readonly StreamSwarm _swarm;
    private readonly DownloadBudget _budget;
    private readonly Task _loop;
    private readonly TaskCompletionSource _ended = NewSignal();
    private TaskCompletionSource _changed = NewSignal();
    private int _lastPeer;
    private uint _lastReader;
    private bool _isUrgent;
    private volatile VerifiedAuthority? _authority;
    private readonly Lock _endingLock = new();
    private Task? _ending;

    public StreamRuntime(StreamNode node, SwarmOptions options, StreamSwarm swarm,
        DownloadBudget budget, IOriginClient? origin, IReadOnlyList<string> namedOrigins, IBlockStore? store,
        StreamSecret? secret)
    {
        _node = node;
        _swarm = swarm;
        _budget = budget;
        _budget.Attach(_inbox.Wake);
        Options = options;
        Secret = secret;
        Board = new StatisticsBoard(node.Options.Time);
        Stopping = _stopping.Token;
        _log = node.Options.Logging.CreateLogger("P2PStream.Stream");
        _origin = origin is null ? null : new OriginRunner(this, origin, namedOrigins);
        if (store is not null)
        {
            _store = new StoreWriter(this, store, mostWaiting: node.Pool.Capacity / 3, _log);
            OwnMedia = _store.ReadAsync;
        }

        _reads = new BlockReads(
            (block, place, cancellationToken) => OwnMedia!(block, place, cancellationToken),
            _inbox.Wake, _log);
        _timer = new WakeTimer(node.Options.Time, _inbox.Wake);
        _loop = Task.Run(RunAsync);
    }

    public SwarmOptions Options { get; }

    /// <summary>What whoever joins has to have; null where everyone may.</summary>
    public StreamSecret? Secret { get; }

    public StatisticsBoard Board { get; }

    public VerifiedAuthority? Authority => _authority;

    /// <summary>Cancelled when the stream ends; holds after that, too.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Reads blocks of the host's own media, at a publisher that serves them, or from the store.</summary>
    public Func<BlockId, Memory<byte>, CancellationToken, ValueTask<BlockReadOutcome>>? OwnMedia
    {
        get;
        set;
    }

    /// <summary>Addresses that the stream's link names: they are the host's own choice.</summary>
    public IReadOnlyList<DialAddress> Named { get; set; } = [];

    public event Action<BlockAccounting>? BlockDelivered;

    public event Action<SupplyAccount>? SupplyExplained;

    /// <summary>Completes at the next change of catalog or records; faults with an
    /// <see cref="IOException"/> when the stream has ended.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Puts work on the loop; dropped when the stream has ended.</summary>
    /// <param name="work">The work.</param>
    /// <param name="lease">What the work takes over; released when it is dropped.</param>
    public void Post(Action<TimeSpan> work, Lease? lease = null)
    {
        var input = new SwarmInput(0, default, work, lease);
        if (_inbox.TryAdd(input)) _inbox.Wake();
        else _ = PostSlowlyAsync(input);
    }

    /// <summary>Runs a question on the loop.</summary>
    /// <exception cref="IOException">The stream has ended.</exception>
    public async Task<T> AskAsync<T>(Func<StreamSwarm, TimeSpan, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(now => answer.TrySetResult(question(_swarm, now)));
        // What waits when the loop ends is dropped, and never answered.
        await await Task.WhenAny(answer.Task, _ended.Task);
        return await answer.Task;
    }

    /// <summary>Brings <see cref="Board"/> up to date; does nothing when the stream has ended, which does it
    /// too.</summary>
    public async Task RefreshStatisticsAsync()
    {
        try
        {
            await AskAsync((swarm, now) =>
            {
                Board.Refresh(swarm, now, force: true);
                return true;
            });
        }
        catch (IOException)
        {
            // It has ended in between.
        }
    }

    /// <summary>A session's event; awaiting is back-pressure on its link. It waits for
    /// <see cref="Wake"/>.</summary>
    public async ValueTask OnEventAsync(int peer, SessionEvent e, CancellationToken cancellationToken)
    {
        try
        {
            if (await _inbox.AddAsync(new SwarmInput(peer, e, null), cancellationToken)) return;
        }
        catch (OperationCanceledException)
        {
            // The link is being stopped.
        }

        e.Lease?.Release();
    }

    /// <summary>Lets the loop see the events it has been given.</summary>
    public void Wake() => _inbox.Wake();

    /// <summary>A link has a channel for this stream. The channel has its number before it is told anything.</summary>
    public void Join(PeerChannel channel, DialAddress? listens)
    {
        var number = Interlocked.Increment(ref _lastPeer);
        channel.Peer = number;
        Post(now =>
        {
            if (channel.HasEnded) return;
            _peers.Add(number, channel);
            if (_swarm.PeerJoined(number, channel.Remote, channel.Number, listens,
                channel.Connection.Info.RemoteAddress.Value, channel.SetupTime, now)) return;
            _peers.Remove(number);
            channel.Connection.Close(this);
        });
    }

    public void Leave(int number) => Post(now =>
    {
        if (!_peers.Remove(number)) return;
        _swarm.PeerLeft(number, now);
        Board.PeerLeft(number);
    });

    public void CandidateFound(DialAddress address, CandidateSource source) =>
        Post(now => _swarm.CandidateFound(address, source, now));

    /// <summary>Others see this node at these addresses.</summary>
    public void LocatedAt(IReadOnlyList<IPAddress> own) => Post(_ => _swarm.LocatedAt(own));

    public void EpochFound(uint epoch) => Post(now => _swarm.EpochFound(epoch, now));

    /// <summary>A block came from the origin; takes over the lease.</summary>
    public void PostBlock(uint ticket, Lease lease, Hash256 digest) =>
        Post(now => _swarm.OriginArrived(ticket, lease, digest, now), lease);

    /// <summary>The store holds a whole segment.</summary>
    /// <param name="segment">Which.</param>
    /// <param name="leaves">Its parts' leaf lists, where they were worked out anew; empty otherwise.</param>
    public void Stored(SegmentId segment, IReadOnlyList<byte[]> leaves) =>
        Post(_ => _swarm.SegmentStored(segment, leaves));

    /// <summary>The store holds blocks of segments from an earlier run.</summary>
    public void Found(IReadOnlyList<SegmentId> segments) => Post(_ =>
    {
        _found.AddRange(segments);
        ConfirmFound();
    });

    /// <summary>The store gives a segment up.</summary>
    public void Forget(SegmentId segment) => Post(_ => _swarm.SegmentForgotten(segment));

    public void PostOriginFailed(uint run, bool isMissing, string reason)
    {
        Log.OriginFailed(_log, reason);
        Post(now => _swarm.OriginFailed(run, isMissing, now));
    }

    public void PlayerFailed(Exception error) => Log.PlayerFailed(_log, error);

    /// <summary>A dial ended, with a channel or without one. A channel that has ended meanwhile may never have
    /// joined.</summary>
    public void Dialed(DialAddress address, PeerChannel? channel) =>
        Post(now => _swarm.Dialed(address, linked: channel is { HasEnded: false }, now));

    public void Forbid(DialAddress address) => Post(_ => _swarm.Forbid(address));

    public void Play(TimeSpan position, bool isMoving, double rate) =>
        Post(now => _swarm.Play(position, isMoving, rate, now));

    public void PlayerStalled(TimeSpan position) =>
        Post(now => _swarm.PlayerStalled(position, now));

    public void DiscoveryDone() => Post(now => _swarm.DiscoveryDone(now));

    public SegmentFeed Open(SegmentRecord record)
    {
        var number = Interlocked.Increment(ref _lastReader);
        var feed = new SegmentFeed(record, () => CloseFeed(number));
        _feeds[number] = feed;
        // Who disposes the stream now fails the feed, or is seen here.
        if (_stopping.IsCancellationRequested) feed.Abandon();
        var largest = (long)_swarm.LargestSegmentBlocks * ContentLimits.BlockBytes;
        if (record.Length > largest)
        {
            feed.Fail(string.Create(CultureInfo.InvariantCulture,
                $"has {record.Length / MiB:0.#} MiB; this node's memory for media "
                + $"({nameof(StreamNodeOptions.MemoryBytes)}) lets it read {largest / MiB:0.#} MiB at once"));
            return feed;
        }

        Post(now =>
        {
            if (!_swarm.OpenReader(number, record.Id, now)) feed.Fail();
        });
        return feed;
    }

    public async ValueTask DisposeAsync()
    {
        Task ending;
        lock (_endingLock) ending = _ending ??= EndAsync();
        await ending;
    }

    private async Task EndAsync()
    {
        await TryEndAsync(() => new ValueTask(_stopping.CancelAsync()));
        _inbox.Close();
        await TryEndAsync(() => new ValueTask(_loop));
        await TryEndAsync(_timer.DisposeAsync);
        await TryEndAsync(_reads.DisposeAsync);
        if (_origin is not null) await TryEndAsync(_origin.DisposeAsync);
        if (_store is not null) await TryEndAsync(_store.DisposeAsync);
        foreach (var feed in _feeds.Values) feed.Abandon();
        _stopping.Dispose();
    }

    /// <summary>What cannot be ended must not keep the rest from it.</summary>
    private async ValueTask TryEndAsync(Func<ValueTask> end)
    {
        try
        {
            await end();
        }
        catch (Exception error)
        {
            Log.EndingFailed(_log, error);
        }
    }

    private void TryEnd(Action end)
    {
        try
        {
            end();
        }
        catch (Exception error)
        {
            Log.EndingFailed(_log, error);
        }
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task PostSlowlyAsync(SwarmInput input)
    {
        // Closing the inbox ends the wait.
        if (await _inbox.AddAsync(input, CancellationToken.None)) _inbox.Wake();
        else input.Drop();
    }

    private async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                await _inbox.WaitAsync();
                do
                {
                    if (_stopping.IsCancellationRequested) return;
                } while (Turn());
            }
        }
        catch (Exception error)
        {
            failure = error;
            Log.StreamFailed(_log, error);
            _inbox.Close();
            _ = Task.Run(() => _node.RemoveStreamAsync(this).AsTask());
            foreach (var feed in _feeds.Values) feed.Fail();
        }
        finally
        {
            // What comes after the last look would be nobody's.
            _inbox.Close();
            while (_inbox.TryTake(out var input)) input.Drop();
            // A swarm that has just failed may fail again.
            TryEnd(_swarm.Close);
            TryEnd(Perform);
            _budget.Close();
            TellUrgency(false);
            TryEnd(() => Board.Refresh(_swarm, _node.Now, force: true));
            EndWaiting(new IOException("The stream has ended.", failure));
        }
    }

    /// <summary>Nothing changes any more: <see cref="_changed"/> stays what it is now.</summary>
    private void EndWaiting(IOException reason)
    {
        foreach (var signal in (ReadOnlySpan<TaskCompletionSource>)[_ended, _changed])
        {
            signal.TrySetException(reason);
            // Seen, whether anybody waits or not.
            _ = signal.Task.Exception;
        }
    }

    /// <returns>True when there may be more to do at once.</returns>
    private bool Turn()
    {
        var now = _node.Now;
        var taken = 0;
        for (; taken < BatchLimit && _inbox.TryTake(out var input); taken++)
        {
            if (input.Work is not null) input.Work(now);
            else _swarm.Receive(input.Peer, input.Event, now);
        }

        while (_reads.TryTake(out var read)) Tell(read);
        _swarm.Advance(now);
        Perform();
        TellUrgency(_swarm.IsUrgent(now));
        Board.Refresh(_swarm, now);
        if (_swarm.NextWakeUp is { } wake) _timer.Set(wake, now);
        return taken == BatchLimit;
    }

    private void TellUrgency(bool isUrgent)
    {
        if (isUrgent == _isUrgent) return;
        _isUrgent = isUrgent;
        _node.Limits.SetUrgent(isUrgent);
    }

    private void CloseFeed(uint number)
    {
        if (_feeds.TryRemove(number, out _)) Post(_ => _swarm.CloseReader(number));
    }
}
