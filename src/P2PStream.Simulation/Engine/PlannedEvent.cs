namespace P2PStream.Simulation;

/// <summary>Something that is going to happen.</summary>
/// <param name="Due">When, in ticks.</param>
/// <param name="Planner">Who planned it, by number.</param>
/// <param name="Sequence">How many the planner had planned before.</param>
/// <param name="Target">To whom.</param>
/// <param name="What">Which of the target's events.</param>
/// <param name="Data">What was given along.</param>
internal readonly record struct PlannedEvent(
    long Due, int Planner, long Sequence, IEventTarget Target, int What, object? Data);
