using System.Diagnostics;
using P2PStream;

/// <summary>Plays by the clock what a decoder would show, and hands the media to a stream.</summary>
internal sealed class ConsolePlayer(Stream screen) : IPlayerAdapter
{
    private readonly Stopwatch _clock = new();
    private long _heldTicks;

    public PlayerState State
    {
        get
        {
            var held = TimeSpan.FromTicks(Volatile.Read(ref _heldTicks));
            if (!_clock.IsRunning) return new PlayerState(PlayerStatus.Starting, TimeSpan.Zero, held);
            return _clock.Elapsed < held
                ? new PlayerState(PlayerStatus.Playing, _clock.Elapsed, held - _clock.Elapsed)
                : new PlayerState(PlayerStatus.Stalled, held, TimeSpan.Zero);
        }
    }

    public async Task PlayAsync(IMediaSource media, CancellationToken cancellationToken)
    {
        var track = TrackChoice.BestOfEach(media.Catalog)[0];
        await foreach (var segment in media.ReadPlayableAsync(track, default, cancellationToken))
        {
            await using var _ = segment;
            await segment.CopyToAsync(screen, cancellationToken);
            if (segment.Record.Id.Track != track) continue;
            Volatile.Write(ref _heldTicks, (segment.Record.Start + segment.Record.Duration).Ticks);
            _clock.Start();
        }
    }
}
