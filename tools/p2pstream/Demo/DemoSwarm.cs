using System.Diagnostics;
using P2PStream.Protocol;

namespace P2PStream.Tool.Demo;

/// <summary>
/// The demo's cast and its course: origin, bootstrap node and publisher, viewers one by one; then
/// the
/// first two of these leave, and one more viewer finds the swarm through another viewer's DHT node.
/// </summary>
internal sealed class DemoSwarm(DemoOptions options, IDemoDisplay display) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    /// <summary>A viewer whose playhead rests for so long will not move again.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(60);

    private readonly List<IDemoViewer> _viewers = [];
    private readonly Stack<IAsyncDisposable> _leaving = new();
    private readonly Dictionary<IDemoViewer, (double Position, long Bytes, TimeSpan Since)>
        _progress = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>All viewers, the late one last.</summary>
    public IReadOnlyList<IDemoViewer> Viewers => _viewers;

    /// <summary>Where the page is; null without one.</summary>
    public Uri? PageUri { get; private set; }

    public async Task<DemoReport> RunAsync(CancellationToken cancellationToken)
    {
        var source = await DemoSource.OpenAsync(options, cancellationToken);
        _leaving.Push(source);
        display.Say($"origin at {source.Origin}");
        StreamLink link;
        await using (var bootstrap = await DemoBootstrap.StartAsync(cancellationToken))
        {
            display.Say($"bootstrap node at {bootstrap.EndPoint}");
            await using var publisher = await DemoPublisher.StartAsync(
                source.Source, bootstrap.EndPoint, cancellationToken);
            link = publisher.LinkByDht(bootstrap.EndPoint);
            display.Say($"publisher serves catalog and records, no media: {link}");

            for (var index = 1; index <= options.Viewers; index++)
            {
                if (index > 1) await WatchForAsync(options.Spacing, cancellationToken);
                Add($"viewer-{index}", link);
            }

            await WatchUntilAsync(viewer => viewer.HasPlayed, cancellationToken);
            display.Say(_viewers.TrueForAll(viewer => viewer.Snapshot.HasPlayed)
                ? "all play: the publisher and the bootstrap node leave"
                : "not all play, after a long wait: the publisher and the bootstrap node leave");
        }

        if (AliveEndPoint() is { } door)
        {
            link = link with { Bootstrap = [door] };
            if (options.Serve) await StartPageAsync(link, cancellationToken);
            display.Say($"one more viewer joins through {door}");
            Add("late", link, isLate: true);
        }

        await WatchUntilAsync(viewer => viewer.IsOver, cancellationToken);
        return DemoReport.Of(
            [.. _viewers.Where(viewer => !viewer.IsLate).Select(ViewerReport.Of)],
            _viewers.Where(viewer => viewer.IsLate).Select(ViewerReport.Of).FirstOrDefault(),
            _clock.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_viewers.Select(viewer => viewer.DisposeAsync().AsTask()));
        while (_leaving.TryPop(out var next)) await next.DisposeAsync();
    }

    /// <summary>One more viewer, with a page instead of a paced player; it is in no
    /// figures.</summary>
    private async Task StartPageAsync(StreamLink link, CancellationToken cancellationToken)
    {
        var page = await DemoPage.StartAsync(
            link, options.Ahead, options.Limits, cancellationToken);
        _leaving.Push(page);
        PageUri = page.Uri;
        display.Say($"page: {page.Uri}");
    }

    private void Add(string name, StreamLink link, bool isLate = false)
    {
        _viewers.Add(options.Processes
            ? ChildViewer.Start(name, isLate, link, options.Ahead, options.Limits)
            : ViewerRun.Start(name, isLate, link, options.Ahead, options.Limits));
        display.Say($"{name} joins");
    }

    private string? AliveEndPoint() => _viewers
        .Select(viewer => viewer.Snapshot)
        .FirstOrDefault(viewer => viewer.Error is null && viewer.EndPoint.Length > 0)?.EndPoint;

    private Task WatchForAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var end = _clock.Elapsed + time;
        return WatchAsync(() => _clock.Elapsed >= end, cancellationToken);
    }

    private Task WatchUntilAsync(
        Func<ViewerSnapshot, bool> condition, CancellationToken cancellationToken) =>
        WatchAsync(
            () => _viewers.TrueForAll(viewer => condition(viewer.Snapshot) || HasStuck(viewer)),
            cancellationToken);

    private async Task WatchAsync(Func<bool> isOver, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick);
        while (!isOver())
        {
            display.Show(_viewers);
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        display.Show(_viewers);
    }

    private bool HasStuck(IDemoViewer viewer)
    {
        var now = viewer.Snapshot;
        if (!_progress.TryGetValue(viewer, out var last)
            || now.PositionMs != last.Position || now.BytesDelivered != last.Bytes)
        {
            _progress[viewer] = (now.PositionMs, now.BytesDelivered, _clock.Elapsed);
            return false;
        }

        return _clock.Elapsed - last.Since > LongestRest;
    }
}
