using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// Turns a player's position into deadlines: the moment at which the playhead reaches a segment.
/// </summary>
internal sealed class PlaybackClock
{
    /// <summary>A shift below this leaves deadlines as they are, and is no move of who waits.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

    /// <summary>Initialization segments, which play for no time, are wanted this far apart.</summary>
    private static readonly TimeSpan InitializationPace = TimeSpan.FromMilliseconds(5);

    /// <summary>Who begins to wait for a picture is content with it this soon; an earlier deadline would
    /// make every source look late, and the dear one as good as the free one. Who has waited so long is
    /// content no more: a deadline that always stays ahead would never be worth the dear one.</summary>
    private static readonly TimeSpan StartBudget = TimeSpan.FromSeconds(1);

    private const double MostPieces = 1 << 24;
    private const double SlowestRate = 1.0 / 16;
    private const double FastestRate = 16;

    /// <summary>Beyond this a position is nonsense, and sums of it would overflow.</summary>
    private static readonly TimeSpan LongestPosition = TimeSpan.FromDays(36_500);

    private TimeSpan _anchor;
    private double _rate = 1;
    private bool _set;
    private TimeSpan _waitsAt;
    private TimeSpan? _waitsSince;

    /// <summary>Where the playhead is.</summary>
    public TimeSpan Position(TimeSpan now) => _set ? (now - _anchor) * _rate : TimeSpan.Zero;

    /// <summary>Sets the clock when nothing is known but that a segment is wanted now.</summary>
    /// <returns>True when deadlines moved.</returns>
    public bool StartAt(TimeSpan mediaTime, TimeSpan now) =>
        !_set && Set(mediaTime, isMoving: false, 1, now);

    /// <summary>Sets the clock by what the player reports.</summary>
    /// <returns>True when deadlines moved.</returns>
    public bool Set(TimeSpan position, bool isMoving, double rate, TimeSpan now)
    {
        if (!double.IsFinite(rate) || rate <= 0) rate = 1;
        rate = Math.Clamp(rate, SlowestRate, FastestRate);
        if (position.Duration() > LongestPosition) position = LongestPosition;
        position -= Budget(position, isMoving, now);
        var anchor = now - position / rate;
        if (_set && rate == _rate && (anchor - _anchor).Duration() < Tolerance) return false;
        _anchor = anchor;
        _rate = rate;
        return _set = true;
    }

    /// <summary>When a segment is due; a piece of a plain file follows its reader instead: see
    /// <see cref="TrackLane.PieceDeadline"/>.</summary>
    public TimeSpan Deadline(SegmentRecord record, ulong firstSequence) =>
        record.PlaysForNoTime()
            ? _anchor + InitializationPace * Math.Min(
                record.Id.Sequence - Math.Min(firstSequence, record.Id.Sequence), MostPieces)
            : _anchor + (record.Start < LongestPosition ? record.Start : LongestPosition) / _rate;

    /// <summary>How much later than at once a player wants what is at its position.</summary>
    private TimeSpan Budget(TimeSpan position, bool isMoving, TimeSpan now)
    {
        if (isMoving)
        {
            _waitsSince = null;
            return TimeSpan.Zero;
        }

        if (_waitsSince is null || (position - _waitsAt).Duration() > Tolerance)
            (_waitsAt, _waitsSince) = (position, now);
        var left = StartBudget - (now - _waitsSince.Value);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
