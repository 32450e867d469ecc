using System.Runtime.CompilerServices;
using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <summary>A stream that this node watches: pulls what its players read, verified, and serves it on.</summary>
public sealed class WatchedStream : IMediaSource, IAsyncDisposable
{
    private static readonly TimeSpan StateInterval = TimeSpan.FromMilliseconds(200);

    private readonly StreamNode _node;
    private readonly StreamRuntime _runtime;
    private readonly PeerSearch _search;
    private readonly StreamLimits _limits;
    private readonly Lock _lock = new();
    private ITimer? _stateTimer;
    private Func<PlayerState>? _state;
    private bool _wasStalled;
    private int _disposed;

    internal WatchedStream(StreamNode node, StreamLink link, WatchOptions options)
    {
        _node = node;
        Link = link;
        _runtime = node.AddStream(
            node.NewSwarmOptions(link.Key, link.Name, link.StreamId) with
            {
                UseOrigin = options.UseOrigin && node.Options.Origin is not null,
                HasBlockStore = node.Options.Store is not null,
            },
            options.UploadPolicy, link.Origins, link.Secret);
        _limits = new StreamLimits(node, link.StreamId);
        try
        {
            UploadLimit = options.UploadLimit;
            DownloadLimit = options.DownloadLimit;
        }
        catch (ArgumentOutOfRangeException)
        {
            _ = node.RemoveStreamAsync(_runtime).AsTask();
            throw;
        }

        _search = new PeerSearch(node, _runtime, link);
    }

    /// <summary>The link that is watched.</summary>
    public StreamLink Link { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">It is not known yet: see <see cref="WaitForCatalogAsync"/>.</exception>
    public Catalog Catalog => _runtime.Authority?.Catalog
        ?? throw new InvalidOperationException("The stream's catalog is not known yet.");

    /// <summary>Bytes per second that this stream sends, at most; null: no limit of its own. May be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 16,384 or above 2^36.</exception>
    public long? UploadLimit
    {
        get => _limits.Upload;
        set => _limits.Upload = value;
    }

    /// <summary>Bytes per second that this stream asks for, at most; null: no limit of its own. May be changed at any time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 16,384 or above 2^36.</exception>
    public long? DownloadLimit
    {
        get => _limits.Download;
        set => _limits.Download = value;
    }

    /// <summary>What has been counted, at most 200 ms old.</summary>
    public SwarmStatistics Statistics => _runtime.Board.Statistics;

    /// <summary>Where the last segments came from, newest last; at most 512.</summary>
    public IReadOnlyList<SegmentDelivery> RecentDeliveries => _runtime.Board.Recent;

    /// <summary>Raised for each verified block, on the stream's loop: a handler must be quick.</summary>
    public event Action<BlockAccounting>? BlockDelivered
    {
        add => _runtime.BlockDelivered += value;
        remove => _runtime.BlockDelivered -= value;
    }

    /// <summary>Raised for each stall of the attached player and each request to the origin, with the reason, on
    /// the stream's loop: a handler must be quick. The player's state is looked at five times a second; what is
    /// shorter between two looks is not seen.</summary>
    public event Action<SupplyAccount>? SupplyExplained
    {
        add => _runtime.SupplyExplained += value;
        remove => _runtime.SupplyExplained -= value;
    }

    /// <summary>The addresses that this node may dial for the stream, in the order heard: who told of each, how old
    /// that is, how near it seems, and when it is dialled again.</summary>
    /// <exception cref="IOException">The stream has ended.</exception>
    public Task<IReadOnlyList<PeerCandidate>> GetCandidatesAsync(
        CancellationToken cancellationToken = default) =>
        _runtime.AskAsync(static (swarm, now) => swarm.Candidates(now)).WaitAsync(cancellationToken);

    /// <summary>Completes when the stream's catalog is known and verified.</summary>
    /// <exception cref="IOException">The stream has ended before.</exception>
    public async Task WaitForCatalogAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var changed = _runtime.Changed;
            if (_runtime.Authority is not null) return;
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Lets a player play: its state sets the deadlines. Ends with the player;
    /// <see cref="Statistics"/> then tell all that it has read.</summary>
    public async Task PlayAsync(IPlayerAdapter player, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(player);
        await WaitForCatalogAsync(cancellationToken);
        AttachPlayer(() => player.State);
        await player.PlayAsync(this, cancellationToken);
        await _runtime.RefreshStatisticsAsync();
    }

    /// <summary>Takes deadlines from a player that is driven elsewhere, such as behind the gateway.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    public void AttachPlayer(Func<PlayerState> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            _state = state;
            _stateTimer ??= _node.Options.Time.CreateTimer(
                static stream => ((WatchedStream)stream!).ReportState(), this, TimeSpan.Zero, StateInterval);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SegmentRecord>> GetRecordsAsync(
        ushort track, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = _runtime.Changed;
            var records = await _runtime.AskAsync<IReadOnlyList<SegmentRecord>>(
                (swarm, _) => [.. swarm.Records(track)]).WaitAsync(cancellationToken);
            if (FindTrack(track) is { } description
                && (description.Ended
                    ? (ulong)records.Count >= description.SegmentCount
                    : records.Count > 0))
                return records;
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<MediaSegment> ReadTrackAsync(
        ushort track, TimeSpan from = default,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var index = -1; ;)
        {
            var changed = _runtime.Changed;
            // Looked at before the records: of a track that has ended they are then all.
            var isEnded = FindTrack(track) is { Ended: true };
            var records = await GetRecordsAsync(track, cancellationToken);
            if (index < 0) index = IndexAt(records, from);
            // Asked for once for all that is known: each asking copies the whole list.
            while (index < records.Count) yield return _runtime.Open(records[index++]);
            if (isEnded) yield break;
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<MediaSegment> OpenSegmentAsync(
        SegmentId segment, CancellationToken cancellationToken)
    {
        foreach (var record in await GetRecordsAsync(segment.Track, cancellationToken))
            if (record.Id == segment) return _runtime.Open(record);
        throw new KeyNotFoundException(
            $"The stream has no segment {segment.Sequence} in track {segment.Track}.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        ITimer? timer;
        lock (_lock) (timer, _stateTimer) = (_stateTimer, null);
        if (timer is not null) await timer.DisposeAsync();
        await _search.DisposeAsync();
        await _node.RemoveStreamAsync(_runtime);
    }

    private static int IndexAt(IReadOnlyList<SegmentRecord> records, TimeSpan from)
    {
        for (var i = 0; i < records.Count; i++)
            if (records[i].Start + records[i].Duration > from || from <= records[i].Start) return i;
        return records.Count;
    }

    private TrackDescription? FindTrack(ushort id) => _runtime.Authority?.FindTrack(id);

    private void ReportState()
    {
        try
        {
            if (_state?.Invoke() is not { } state) return;
            var isStalled = state.Status == PlayerStatus.Stalled;
            if (isStalled && !_wasStalled) _runtime.PlayerStalled(state.Position);
            _wasStalled = isStalled;
            _runtime.Play(state.Position, state.Status is PlayerStatus.Playing, state.Rate);
        }
        catch (Exception error)
        {
            // A host's player that cannot say where it is must not end the host.
            _runtime.PlayerFailed(error);
        }
    }
}
