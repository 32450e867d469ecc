namespace P2PStream.Http;

/// <summary>
/// A rate that all connections of a server share. Each write takes the next free interval on one
/// time line and waits for it, so the sum is exact however late a timer fires, and equal writes get
/// equal shares.
/// </summary>
internal sealed class UploadCap
{
    /// <summary>What one write carries, at most: finer than 10 ms, so that no burst hides the
    /// cap.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>How far behind the time line may fall before the time is lost: covers timers that
    /// fire late.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    private const int LeastBytes = 256;
    private const int MostBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly double _ticksPerByte;
    private long _next;

    /// <param name="bitsPerSecond">Of payload.</param>
    /// <param name="time">Paces it.</param>
    public UploadCap(long bitsPerSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bitsPerSecond, 1);
        _time = time;
        _ticksPerByte = 8.0 * time.TimestampFrequency / bitsPerSecond;
        WriteBytes = (int)Math.Clamp(
            bitsPerSecond / 8.0 * Step.TotalSeconds, LeastBytes, MostBytes);
        _next = time.GetTimestamp();
    }

    /// <summary>Bytes to write at once.</summary>
    public int WriteBytes { get; }

    /// <summary>Waits until that many bytes may go out.</summary>
    public Task WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        long due;
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            var earliest = now - (long)(Slack.TotalSeconds * _time.TimestampFrequency);
            due = Math.Max(_next, earliest);
            _next = due + (long)(bytes * _ticksPerByte);
        }

        return due <= now
            ? Task.CompletedTask
            : Task.Delay(_time.GetElapsedTime(now, due), _time, cancellationToken);
    }
}
