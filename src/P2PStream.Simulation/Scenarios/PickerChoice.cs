using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>The block pickers that a scenario can name.</summary>
public static class PickerChoice
{
    /// <summary>This library's own.</summary>
    public const string Default = "p2pstream";

    /// <summary>All names, in the order of tables.</summary>
    public static IReadOnlyList<string> Names { get; } = [Default];

    /// <summary>Makes a picker.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    internal static IBlockPicker Create(string name, SchedulerOptions options) => name switch
    {
        Default => new DeadlineScheduler(options),
        _ => throw new ArgumentException($"There is no picker '{name}'.", nameof(name)),
    };
}
