namespace P2PStream.Simulation;

/// <summary>Somebody to whom things happen in virtual time.</summary>
internal interface IEventTarget
{
    /// <summary>Tells apart the targets of a run; goes into the event hash.</summary>
    long Identity { get; }

    /// <summary>What was planned is due.</summary>
    /// <param name="what">Which of the target's events.</param>
    /// <param name="data">What the target gave along.</param>
    void Happen(int what, object? data);
}
