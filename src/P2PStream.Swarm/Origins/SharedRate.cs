namespace P2PStream.Swarm;

/// <summary>What a giver that is shared has sent this node lately, pauses and all: to each of those that share it as
/// much, on average. Until that is known, the rate at which it sends what this node asks for.</summary>
internal sealed class SharedRate
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private double _measured;
    private double _unknown = 1;
    private long _bytes;
    private TimeSpan _last;

    /// <summary>Bytes a second.</summary>
    /// <param name="asked">Those at which it sends what this node asks for.</param>
    public double Of(double asked) => _unknown * asked + _measured;

    /// <summary>Time has passed.</summary>
    /// <param name="bytes">What it has sent since it is linked.</param>
    /// <param name="isShared">False while this node asks it as it likes, or not at all.</param>
    /// <param name="now">The time.</param>
    public void Note(long bytes, bool isShared, TimeSpan now)
    {
        if (isShared)
        {
            var kept = Math.Exp((_last - now) / Memory);
            _unknown *= kept;
            _measured = _measured * kept + (bytes - _bytes) / Memory.TotalSeconds;
        }

        (_bytes, _last) = (bytes, now);
    }
}
