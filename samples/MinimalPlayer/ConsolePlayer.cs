using System.Diagnostics;
using P2PStream;
using P2PStream.Protocol;

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
        var track = media.Catalog.Tracks.First(track => track.Kind is TrackKind.Video or TrackKind.File);
        var header = -1L;
        await foreach (var segment in media.ReadTrackAsync(track.Id, default, cancellationToken))
        {
            await using var _ = segment;
            var record = segment.Record;
            if (record.Initialization >= 0 && record.Initialization != header)
            {
                header = record.Initialization;
                var id = new SegmentId(record.Id.Epoch, track.InitializationTrack, (ulong)header);
                await using var initialization = await media.OpenSegmentAsync(id, cancellationToken);
                await initialization.CopyToAsync(screen, cancellationToken);
            }

            await segment.CopyToAsync(screen, cancellationToken);
            Volatile.Write(ref _heldTicks, (record.Start + record.Duration).Ticks);
            _clock.Start();
        }
    }
}
