namespace P2PStream.Protocol;

/// <summary>What one link asks for on one stream.</summary>
internal sealed class FairFlow(FairLink link, StreamId stream)
{
    public FairLink Link => link;

    public StreamId Stream => stream;

    /// <summary>The stream's own limit; null without one.</summary>
    public RateBudget? Budget { get; set; }

    /// <summary>Bytes that it has been given and not yet taken.</summary>
    public int Granted { get; set; }

    /// <summary>Bytes without which it can do nothing: its most urgent block's.</summary>
    public int Needed { get; set; }

    /// <summary>Bytes that it could take now, those granted included.</summary>
    public int Wanted { get; set; }

    /// <summary>When its most urgent block is due.</summary>
    public TimeSpan Deadline { get; set; }

    public bool IsWaiting => Granted < Wanted;

    /// <summary>What it is given at a time: its first block's frame, then as much as a whole block's.</summary>
    public int Step => Granted < Needed
        ? Needed - Granted
        : Math.Min(FairLimiter.Quantum, Wanted - Granted);

    public bool IsServable(TimeSpan now) => Budget is null || Budget.Has(Step, now);
}
