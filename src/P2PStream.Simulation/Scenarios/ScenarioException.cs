namespace P2PStream.Simulation;

/// <summary>A scenario is not one: its message is one line that names the field, as a JSON path.</summary>
public sealed class ScenarioException : Exception
{
    /// <summary>Says what is wrong.</summary>
    public ScenarioException(string message)
        : base(message)
    {
    }
}
