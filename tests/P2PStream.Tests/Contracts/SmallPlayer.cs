namespace P2PStream.Tests;

/// <summary>A whole adapter: reads a video track and takes each segment as played when it is read.</summary>
internal sealed class SmallPlayer : IPlayerAdapter
{
    private readonly Lock _lock = new();
    private PlayerState _state = new(PlayerStatus.Starting, TimeSpan.Zero, TimeSpan.Zero);

    public PlayerState State
    {
        get
        {
            lock (_lock) return _state;
        }
    }

    public async Task PlayAsync(IMediaSource media, CancellationToken cancellationToken)
    {
        var track = TrackChoice.BestOfEach(media.Catalog)[0];
        await foreach (var segment in media.ReadTrackAsync(
            track, cancellationToken: cancellationToken))
        {
            await using (segment)
            {
                await segment.CopyToAsync(Stream.Null, cancellationToken);
                Set(PlayerStatus.Playing, segment.Record.Start + segment.Record.Duration);
            }
        }

        Set(PlayerStatus.Ended, State.Position);
    }

    private void Set(PlayerStatus status, TimeSpan position)
    {
        lock (_lock) _state = new PlayerState(status, position, TimeSpan.Zero);
    }
}
