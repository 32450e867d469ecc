namespace P2PStream.Testing;

/// <summary>Playing to the end, reporting, giving up.</summary>
internal static class PlayerCases
{
    private const int Segments = 8;

    /// <summary>How soon a player that is cancelled must be done: seconds of real time, for slow
    /// machines.</summary>
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(5);

    public static
        IEnumerable<(string Name, Func<IPlayerAdapter, CancellationToken, Task> Run)> All =>
    [
        ("plays every segment in order, to the end", PlaysInOrderAsync),
        ("disposes every segment", DisposesAsync),
        ("survives segments that come in small pieces", SmallPiecesAsync),
        ("reports a valid state that moves, to any thread", StateAsync),
        ("waits for an event stream that ends later", EndsLaterAsync),
        ("gives up promptly when cancelled, and disposes", CancelledAsync),
        ("does not start when cancelled before", CancelledBeforeAsync),
        ("does not hang when a segment fails, and disposes", FailedSegmentAsync),
    ];

    private static async Task PlaysInOrderAsync(
        IPlayerAdapter player, CancellationToken cancellationToken)
    {
        var media = new GeneratedMedia(Segments);
        await player.PlayAsync(media, cancellationToken).ConfigureAwait(false);
        media.RequireAllPlayed();
        Require.That(player.State.Status == PlayerStatus.Ended,
            "A player that has played everything says Ended.");
    }

    private static async Task DisposesAsync(
        IPlayerAdapter player, CancellationToken cancellationToken)
    {
        var media = new GeneratedMedia(Segments);
        await player.PlayAsync(media, cancellationToken).ConfigureAwait(false);
        media.RequireAllDisposed();
    }

    private static async Task SmallPiecesAsync(
        IPlayerAdapter player, CancellationToken cancellationToken)
    {
        var media = new GeneratedMedia(Segments) { MostBytesAtOnce = 7 };
        await player.PlayAsync(media, cancellationToken).ConfigureAwait(false);
        media.RequireAllPlayed();
    }

    private static async Task StateAsync(IPlayerAdapter player, CancellationToken cancellationToken)
    {
        var media = new GeneratedMedia(Segments);
        var before = player.State;
        Require.That(before.Status == PlayerStatus.Starting && before.Position == TimeSpan.Zero,
            "Before it plays a player is Starting at zero.");
        var playing = Task.Run(
            () => player.PlayAsync(media, cancellationToken), cancellationToken);
        var last = before;
        while (!playing.IsCompleted)
        {
            var state = player.State;
            RequireValid(state, media);
            Require.That(state.Position >= last.Position,
                "A playhead that nobody moves does not go back.");
            last = state;
            await Task.Yield();
        }

        await playing.ConfigureAwait(false);
        RequireValid(player.State, media);
        Require.That(player.State.Position > TimeSpan.Zero, "Playing moves the playhead.");
    }

    private static async Task EndsLaterAsync(
        IPlayerAdapter player, CancellationToken cancellationToken)
    {
        var media = new GeneratedMedia(2) { HasEnded = false };
        var playing = player.PlayAsync(media, cancellationToken);
        for (var i = 0; i < 3; i++)
        {
            var caughtUp = await Task.WhenAny(playing, media.CaughtUp).ConfigureAwait(false);
            Require.That(caughtUp != playing, "A player goes on while its stream does.");
            await caughtUp.ConfigureAwait(false);
            media.AddSegment();
        }

        media.End();
        await playing.ConfigureAwait(false);
        media.RequireAllPlayed();
        media.RequireAllDisposed();
    }

    private static async Task CancelledAsync(
        IPlayerAdapter player, CancellationToken cancellationToken)
    {
        var media = new GeneratedMedia(Segments) { StuckAt = 2 };
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var playing = player.PlayAsync(media, cancel.Token);
        await media.Stuck.ConfigureAwait(false);
        await cancel.CancelAsync().ConfigureAwait(false);
        await RequireCancelledAsync(playing, cancellationToken).ConfigureAwait(false);
        media.RequireAllDisposed();
    }

    private static async Task CancelledBeforeAsync(
        IPlayerAdapter player, CancellationToken cancellationToken)
    {
        var media = new GeneratedMedia(Segments) { StuckAt = 0 };
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync().ConfigureAwait(false);
        await RequireCancelledAsync(player.PlayAsync(media, cancel.Token), cancellationToken)
            .ConfigureAwait(false);
        media.RequireAllDisposed();
    }

    private static async Task FailedSegmentAsync(
        IPlayerAdapter player, CancellationToken cancellationToken)
    {
        var media = new GeneratedMedia(Segments) { BrokenAt = 2 };
        try
        {
            await player.PlayAsync(media, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // It may give up, or go on without the segment.
        }

        media.RequireAllDisposed();
    }

    private static async Task RequireCancelledAsync(
        Task playing, CancellationToken cancellationToken)
    {
        try
        {
            await playing.WaitAsync(Promptly, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (TimeoutException)
        {
            throw new ContractException("A cancelled player is done within five seconds.");
        }

        throw new ContractException("A cancelled player ends with OperationCanceledException.");
    }

    private static void RequireValid(PlayerState state, GeneratedMedia media)
    {
        Require.That(Enum.IsDefined(state.Status), "A state has a known status.");
        Require.That(state.Position >= TimeSpan.Zero && state.Position <= media.Duration,
            $"The playhead is within the media; it was at {state.Position}.");
        Require.That(state.BufferedAhead >= TimeSpan.Zero,
            $"No player holds less than nothing; it said {state.BufferedAhead}.");
        Require.That(double.IsFinite(state.Rate) && state.Rate >= 0,
            $"A rate is a number and not negative; it was {state.Rate}.");
    }
}
