namespace P2PStream.Discovery;

/// <summary>Bytes that may be sent: so many at once, and so many more each second.</summary>
/// <param name="Bytes">What was left.</param>
/// <param name="At">When that was.</param>
internal readonly record struct Allowance(double Bytes, TimeSpan At)
{
    /// <summary>What is left now.</summary>
    public Allowance Refilled(double burst, int perSecond, TimeSpan now)
    {
        var earned = (now - At).TotalSeconds * perSecond;
        return new Allowance(Math.Min(burst, Bytes + earned), now);
    }

    /// <summary>Takes bytes; false when there are not so many.</summary>
    public bool TrySpend(int bytes, out Allowance rest)
    {
        var isEnough = Bytes >= bytes;
        rest = isEnough ? this with { Bytes = Bytes - bytes } : this;
        return isEnough;
    }
}
