using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// A player without a screen: it pulls its tracks as a player does, a bounded buffer ahead, plays
/// them in real time and reports start-up and stalls. For demos, tests and load measurements.
/// </summary>
public sealed class PacedPlayer : IPlayerAdapter
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _bufferGoal;
    private readonly Func<Catalog, IReadOnlyList<ushort>> _choose;
    private readonly SortedDictionary<ushort, TimeSpan> _bufferedTo = [];
    private readonly SortedSet<ushort> _pulled = [];
    private long _startedAt;
    private long _clockStart;
    private TimeSpan _clockBase;
    private TimeSpan? _startUp;
    private TimeSpan _stalledFor;
    private TimeSpan _end = TimeSpan.MaxValue;
    private PlayerStatus _status = PlayerStatus.Starting;
    private int _stalls;
    private int _segments;
    private long _bytes;

    /// <summary>Makes one.</summary>
    /// <param name="bufferGoal">How far ahead of the playhead it pulls.</param>
    /// <param name="chooseTracks">Which tracks it plays at once; null: the best video and, where there is one, the first audio.</param>
    /// <param name="time">The clock; null: the system's.</param>
    public PacedPlayer(TimeSpan bufferGoal,
        Func<Catalog, IReadOnlyList<ushort>>? chooseTracks = null, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(bufferGoal, TimeSpan.Zero);
        _bufferGoal = bufferGoal;
        _choose = chooseTracks ?? TrackChoice.BestOfEach;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Raised for every piece of verified media as it is played, with its segment.</summary>
    public Action<SegmentRecord, ReadOnlyMemory<byte>>? MediaRead { get; init; }

    /// <inheritdoc/>
    public PlayerState State
    {
        get
        {
            lock (_lock)
            {
                Update();
                var position = Position();
                return new PlayerState(_status, position, Buffered() - position);
            }
        }
    }

    /// <summary>How it went so far.</summary>
    public PlaybackReport Report
    {
        get
        {
            lock (_lock)
            {
                Update();
                var stalled = _status == PlayerStatus.Stalled
                    ? _stalledFor + _time.GetElapsedTime(_clockStart)
                    : _stalledFor;
                return new PlaybackReport(_startUp, _stalls, stalled, _segments, _bytes,
                    _status == PlayerStatus.Ended);
            }
        }
    }

    /// <inheritdoc/>
    public async Task PlayAsync(IMediaSource media, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(media);
        var tracks = _choose(media.Catalog);
        lock (_lock)
        {
            _startedAt = _time.GetTimestamp();
            foreach (var track in tracks) _bufferedTo[track] = TimeSpan.Zero;
        }

        await Task.WhenAll(tracks.Select(track => PullAsync(media, track, cancellationToken)));
        lock (_lock) _end = Buffered();
        while (State.Status != PlayerStatus.Ended)
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
    }

    private async Task PullAsync(IMediaSource media, ushort track, CancellationToken cancellationToken)
    {
        await foreach (var segment in media.ReadPlayableAsync(track, default, cancellationToken))
        {
            await using (segment)
            {
                await ReadAsync(segment, cancellationToken);
                if (segment.Record.Id.Track != track) continue;
                lock (_lock)
                {
                    _segments++;
                    _bufferedTo[track] = segment.Record.Start + segment.Record.Duration;
                    Update();
                }
            }

            while (State.BufferedAhead > _bufferGoal)
                await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
        }

        // A track that has ended holds the others up no longer.
        lock (_lock) _pulled.Add(track);
    }

    private async Task ReadAsync(MediaSegment segment, CancellationToken cancellationToken)
    {
        long total = 0;
        while (true)
        {
            var read = await segment.Bytes.ReadAsync(cancellationToken);
            foreach (var memory in read.Buffer)
            {
                total += memory.Length;
                MediaRead?.Invoke(segment.Record, memory);
            }

            segment.Bytes.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        if (total != segment.Record.Length)
            throw new InvalidDataException(
                $"Segment {segment.Record.Id.Sequence} gave {total} of {segment.Record.Length} bytes.");
        lock (_lock) _bytes += total;
    }

    /// <summary>Until when every track that goes on is held; the longest track's end when all are whole.</summary>
    private TimeSpan Buffered()
    {
        TimeSpan? all = null;
        var longest = TimeSpan.Zero;
        foreach (var (track, to) in _bufferedTo)
        {
            if (to > longest) longest = to;
            if (!_pulled.Contains(track) && (all is null || to < all)) all = to;
        }

        return all ?? longest;
    }

    private TimeSpan Position() => _status == PlayerStatus.Playing
        ? _clockBase + _time.GetElapsedTime(_clockStart)
        : _clockBase;

    /// <summary>Moves between starting, playing, stalled and ended as time and media allow.</summary>
    private void Update()
    {
        var buffered = Buffered();
        if (_status == PlayerStatus.Playing && Position() >= buffered)
        {
            _clockBase = buffered;
            _clockStart = _time.GetTimestamp();
            _status = buffered >= _end ? PlayerStatus.Ended : PlayerStatus.Stalled;
            if (_status == PlayerStatus.Stalled) _stalls++;
        }
        else if (_status is PlayerStatus.Starting or PlayerStatus.Stalled
            && (buffered > _clockBase || buffered >= _end))
        {
            if (_status == PlayerStatus.Stalled) _stalledFor += _time.GetElapsedTime(_clockStart);
            else _startUp = _time.GetElapsedTime(_startedAt);
            _status = PlayerStatus.Playing;
            _clockStart = _time.GetTimestamp();
        }
    }
}
