using P2PStream.Protocol;

namespace P2PStream;

/// <summary>Copies one track's media, in play order and as fast as it comes, to a stream: a file, a
/// pipe to a player's standard input.</summary>
public sealed class PipePlayer : IPlayerAdapter
{
    private readonly Stream _output;
    private readonly Func<Catalog, ushort> _choose;
    private long _positionTicks;
    private volatile PlayerStatus _status = PlayerStatus.Starting;

    /// <summary>Makes one.</summary>
    /// <param name="output">Where the media goes; not disposed.</param>
    /// <param name="chooseTrack">Which track; null: the best video, or the file.</param>
    public PipePlayer(Stream output, Func<Catalog, ushort>? chooseTrack = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _choose = chooseTrack ?? (static catalog => TrackChoice.BestOfEach(catalog) is [var first, ..]
            ? first
            : throw new InvalidDataException("The stream has no track that can be played."));
    }

    /// <inheritdoc/>
    public PlayerState State =>
        new(_status, TimeSpan.FromTicks(Interlocked.Read(ref _positionTicks)), TimeSpan.Zero);

    /// <inheritdoc/>
    public async Task PlayAsync(IMediaSource media, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(media);
        var track = _choose(media.Catalog);
        await foreach (var segment in media.ReadPlayableAsync(track, default, cancellationToken))
        {
            await using var opened = segment;
            await segment.CopyToAsync(_output, cancellationToken);
            var record = segment.Record;
            if (record.Id.Track != track) continue;
            _status = PlayerStatus.Playing;
            Interlocked.Exchange(ref _positionTicks, (record.Start + record.Duration).Ticks);
        }

        await _output.FlushAsync(cancellationToken);
        _status = PlayerStatus.Ended;
    }
}
