namespace P2PStream.Simulation;

/// <summary>What one viewer saw.</summary>
internal sealed class PlayerLog
{
    /// <summary>From arrival to the first picture; null: none came.</summary>
    public TimeSpan? StartUp { get; set; }

    /// <summary>Of a live stream: from the moment that was filmed to its picture, since it last began to
    /// play.</summary>
    public TimeSpan? Latency { get; set; }

    public int Stalls { get; private set; }

    public TimeSpan StalledFor { get; private set; }

    public TimeSpan Played { get; set; }

    /// <summary>When it had played everything, or left.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>From each jump to the picture there.</summary>
    public List<TimeSpan> Seeks { get; } = [];

    /// <summary>For each of them, what it takes at least, see <see cref="SeekBound"/>.</summary>
    public List<TimeSpan?> SeekBounds { get; } = [];

    public long BytesRead { get; private set; }

    /// <summary>Bits of media read, audio included, at nominal rates.</summary>
    public double BitsRead { get; private set; }

    /// <summary>Video read.</summary>
    public TimeSpan TimeRead { get; private set; }

    public void Stalled(TimeSpan time)
    {
        Stalls++;
        StalledFor += time;
    }

    public void Sought(TimeSpan took, TimeSpan? bound)
    {
        Seeks.Add(took);
        SeekBounds.Add(bound);
    }

    public void Read(long bytes, long bitsPerSecond, TimeSpan duration, bool isVideo)
    {
        BytesRead += bytes;
        BitsRead += bitsPerSecond * duration.TotalSeconds;
        if (isVideo) TimeRead += duration;
    }
}
