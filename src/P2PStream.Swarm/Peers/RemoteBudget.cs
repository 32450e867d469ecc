namespace P2PStream.Swarm;

/// <summary>What the peers of one remote place may cost this node, together.</summary>
internal sealed class RemoteBudget(TimeSpan now)
{
    /// <summary>The addresses of others that they may still tell.</summary>
    public HearsayQuota Hearsay = new(now);

    /// <summary>What their words about what they have may cost.</summary>
    public WorkBudget Work = new(now);

    /// <summary>Its peers that are here now.</summary>
    public int Peers { get; set; }

    public TimeSpan LastUse { get; set; } = now;

    /// <summary>True when to forget it gains nobody anything.</summary>
    public bool IsSpare(TimeSpan now) =>
        Peers == 0 && Hearsay.IsFull(now) && Work.IsFull(now);
}
