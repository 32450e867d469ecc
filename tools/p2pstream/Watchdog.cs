namespace P2PStream.Tool;

/// <summary>Ends a watch that gets nowhere: nobody answers, or nobody has had anything new for too
/// long.</summary>
internal sealed class Watchdog(WatchedStream watched, TimeSpan patience)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public async Task WaitForCatalogAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await watched.WaitForCatalogAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ToolException.Failed(
                $"nobody who has this stream was found in {patience.TotalSeconds:0.#} s; "
                + "is its publisher running, and is the link whole?");
        }
    }

    /// <summary>Plays to the end, or until no verified byte has come for as long as patience
    /// lasts.</summary>
    public async Task PlayAsync(IPlayerAdapter player, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var playing = watched.PlayAsync(player, limit.Token);
        var last = -1L;
        var quiet = TimeSpan.Zero;
        while (await Task.WhenAny(playing, Task.Delay(Interval, cancellationToken)) != playing
            && !cancellationToken.IsCancellationRequested && quiet < patience)
        {
            var delivered = watched.Statistics.BytesDelivered;
            quiet = delivered == last ? quiet + Interval : TimeSpan.Zero;
            last = delivered;
        }

        if (!playing.IsCompleted) await limit.CancelAsync();
        try
        {
            await playing;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw ToolException.Failed(
                $"nobody has had anything new for {patience.TotalSeconds:0.#} s; "
                + "the stream is incomplete");
        }
    }
}
