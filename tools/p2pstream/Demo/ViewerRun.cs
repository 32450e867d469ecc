using System.Collections.ObjectModel;
using System.Diagnostics;
using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream.Tool.Demo;

/// <summary>
/// A viewer: a whole node with its own identity, sockets, store and DHT node, and a player that
/// plays
/// at normal speed. When the player is done the node stays, and serves, until disposed.
/// </summary>
internal sealed class ViewerRun : IDemoViewer
{
    /// <summary>How far ahead players in browsers fetch; less where the swarm fetches
    /// less.</summary>
    private static readonly TimeSpan LongestBuffer = TimeSpan.FromSeconds(30);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CancellationTokenSource _end = new();
    private readonly PacedPlayer _player;
    private readonly StreamLink _link;
    private readonly TimeSpan _ahead;
    private readonly RateLimits _limits;
    private readonly Task _run;
    private ToolNode? _node;
    private WatchedStream? _watched;
    private TimeSpan _described;
    private TimeSpan? _ended;
    private string? _error;
    private volatile bool _complete;

    private ViewerRun(
        string name, bool isLate, StreamLink link, TimeSpan ahead, RateLimits limits)
    {
        Name = name;
        IsLate = isLate;
        _link = link;
        _ahead = ahead;
        _limits = limits;
        _player = new PacedPlayer(ahead < LongestBuffer ? ahead : LongestBuffer);
        _run = RunAsync();
    }

    public string Name { get; }

    public bool IsLate { get; }

    public ViewerSnapshot Snapshot => TakeSnapshot();

    public static ViewerRun Start(
        string name, bool isLate, StreamLink link, TimeSpan ahead, RateLimits limits) =>
        new(name, isLate, link, ahead, limits);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _run;
        if (_watched is not null) await _watched.DisposeAsync();
        if (_node is not null) await _node.DisposeAsync();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            _node = await ToolNode.StartHereAsync([], _end.Token, _ahead, _limits);
            _watched = await _node.Node.WatchAsync(_link, new WatchOptions(), _end.Token);
            await _watched.WaitForCatalogAsync(_end.Token);
            _described = _clock.Elapsed;
            await _watched.PlayAsync(_player, _end.Token);
            _complete = _player.Report.IsComplete;
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The demo is over.
        }
#pragma warning disable CA1031 // Whatever stops a viewer is the demo's result, told in the table.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _error = Failure.Of(exception).Message;
        }
        finally
        {
            _ended = _clock.Elapsed;
        }
    }

    private ViewerSnapshot TakeSnapshot()
    {
        var state = _player.State;
        var report = _player.Report;
        var statistics = _watched?.Statistics;
        return new ViewerSnapshot
        {
            Status = state.Status,
            PositionMs = state.Position.TotalMilliseconds,
            BufferedMs = state.BufferedAhead.TotalMilliseconds,
            StartupMs = (_described + report.StartUp)?.TotalMilliseconds,
            Stalls = report.Stalls,
            StallMs = report.StalledFor.TotalMilliseconds,
            Segments = report.SegmentsPlayed,
            BytesPlayed = report.BytesPlayed,
            BytesDelivered = statistics?.BytesDelivered ?? 0,
            BytesFromViewers = statistics?.BytesFromViewers ?? 0,
            BytesFromPublisher = statistics?.BytesFromPublisher ?? 0,
            BytesFromOrigin = statistics?.BytesFromOrigin ?? 0,
            StallReasons =
                statistics?.StallReasons ?? ReadOnlyDictionary<SupplyReason, long>.Empty,
            OriginReasons =
                statistics?.OriginReasons ?? ReadOnlyDictionary<SupplyReason, long>.Empty,
            BytesServed = statistics?.BytesServed ?? 0,
            RejectedBlocks = statistics?.RejectedBlocks ?? 0,
            WastedBytes = statistics?.BytesWasted ?? 0,
            Peers = statistics?.Peers.Count ?? 0,
            EndPoint = _node?.Node.EndPoint.ToString() ?? "",
            Complete = _complete,
            DurationMs = (_ended ?? _clock.Elapsed).TotalMilliseconds,
            Error = _error,
        };
    }
}
