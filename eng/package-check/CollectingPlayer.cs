using P2PStream;
using P2PStream.Protocol;

/// <summary>A player of somebody else's: plays one track and keeps what it saw.</summary>
internal sealed class CollectingPlayer : IPlayerAdapter
{
    private long _heldTicks;

    public MemoryStream Seen { get; } = new();

    public PlayerState State => new(
        PlayerStatus.Playing, TimeSpan.FromTicks(Volatile.Read(ref _heldTicks)), TimeSpan.Zero);

    public async Task PlayAsync(IMediaSource media, CancellationToken cancellationToken)
    {
        var track = media.Catalog.Tracks.First(track => track.Kind == TrackKind.Video);
        await foreach (var segment in media.ReadTrackAsync(track.Id, default, cancellationToken))
        {
            await using var _ = segment;
            await segment.CopyToAsync(Seen, cancellationToken);
            Volatile.Write(ref _heldTicks, (segment.Record.Start + segment.Record.Duration).Ticks);
        }
    }
}
