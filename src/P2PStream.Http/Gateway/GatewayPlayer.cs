using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>
/// The player at the other end of HTTP. What it reports counts while it is fresh; else its state is
/// inferred from what it asks for: it plays from the first segment it asked for, in real time, as
/// far as it has media.
/// </summary>
internal sealed class GatewayPlayer
{
    /// <summary>A report older than that is stale: the page posts twice a second.</summary>
    private static readonly TimeSpan ReportHolds = TimeSpan.FromSeconds(3);

    /// <summary>A segment that far from where the last ended is a seek, not the next one.</summary>
    private static readonly TimeSpan SeekDistance = TimeSpan.FromSeconds(30);

    /// <summary>A player that wants nothing for that long beyond its buffer is gone or
    /// paused.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Dictionary<ushort, TimeSpan> _bufferedTo = [];
    private PlayerState _report;
    private long? _reportedAt;
    private long _startedAt;
    private long _askedAt;
    private TimeSpan _startedFrom;
    private bool _asked;
    private bool _plays;

    public GatewayPlayer(TimeProvider time) => _time = time;

    /// <summary>True while the player itself says what it does.</summary>
    public bool Reports
    {
        get
        {
            lock (_lock) return IsFresh();
        }
    }

    /// <summary>What it is doing now.</summary>
    public PlayerState State
    {
        get
        {
            lock (_lock) return IsFresh() ? Reported() : Inferred();
        }
    }

    /// <summary>The player has said what it does.</summary>
    public void Report(PlayerState state)
    {
        lock (_lock)
        {
            _report = state;
            _reportedAt = _time.GetTimestamp();
        }
    }

    /// <summary>The player asks for a segment.</summary>
    public void Asked(TrackKind kind, SegmentRecord record)
    {
        if (kind is not (TrackKind.Video or TrackKind.Audio)) return;
        lock (_lock)
        {
            var position = Inferred().Position;
            var ahead = _bufferedTo.GetValueOrDefault(record.Id.Track, position);
            var seeks = record.Start + record.Duration < position
                || record.Start > ahead + SeekDistance;
            if (!_asked || seeks) Restart(record.Start);
            _askedAt = _time.GetTimestamp();
        }
    }

    /// <summary>The player has a whole segment.</summary>
    public void Delivered(TrackKind kind, SegmentRecord record)
    {
        if (kind is not (TrackKind.Video or TrackKind.Audio)) return;
        lock (_lock)
        {
            var end = record.Start + record.Duration;
            if (_plays && Inferred() is { BufferedAhead.Ticks: 0 } stopped)
            {
                // It has waited for this segment and plays on from where it stopped.
                _startedFrom = stopped.Position;
                _startedAt = _time.GetTimestamp();
            }

            if (!_bufferedTo.TryGetValue(record.Id.Track, out var known) || end > known)
                _bufferedTo[record.Id.Track] = end;
            if (_plays) return;
            _plays = true;
            _startedAt = _time.GetTimestamp();
        }
    }

    private void Restart(TimeSpan from)
    {
        _asked = true;
        _plays = false;
        _startedFrom = from;
        _bufferedTo.Clear();
    }

    private bool IsFresh() =>
        _reportedAt is { } at && _time.GetElapsedTime(at) <= ReportHolds;

    private PlayerState Reported()
    {
        if (_report.Status != PlayerStatus.Playing) return _report;
        var passed = _time.GetElapsedTime(_reportedAt!.Value) * _report.Rate;
        if (passed > _report.BufferedAhead) passed = _report.BufferedAhead;
        return _report with
        {
            Position = _report.Position + passed, BufferedAhead = _report.BufferedAhead - passed,
        };
    }

    private PlayerState Inferred()
    {
        if (!_plays) return new PlayerState(PlayerStatus.Starting, _startedFrom, TimeSpan.Zero);
        // Tracks left behind by a change of rendition no longer count: the furthest does.
        var end = _bufferedTo.Values.DefaultIfEmpty(_startedFrom).Max();
        var position = _startedFrom + _time.GetElapsedTime(_startedAt);
        if (position < end) return new PlayerState(PlayerStatus.Playing, position, end - position);
        var idle = _time.GetElapsedTime(_askedAt);
        return new PlayerState(
            idle > Patience ? PlayerStatus.Paused : PlayerStatus.Stalled, end, TimeSpan.Zero);
    }
}
