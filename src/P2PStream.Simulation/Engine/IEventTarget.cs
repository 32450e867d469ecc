namespace P2PStream.Simulation;

/// <summary>Somebody to whom things happen in virtual time.</summary>
internal interface IEventTarget
{
    /// <summary>What was planned is due.</summary>
    /// <param name="what">Which of the target's events.</param>
    /// <param name="data">What the target gave along.</param>
    void Happen(int what, object? data);
}
