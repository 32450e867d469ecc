using P2PStream.Scheduling;

namespace P2PStream.Simulation;

/// <summary>
/// The block pickers that a scenario can name: this project's own and others, written here from
/// their published descriptions, to compare with.
/// </summary>
/// <remarks>
/// Each gets the same sources, windows and last resort unless its description says otherwise, so
/// that what differs is what is asked of whom, and when. None has been tuned here.
/// </remarks>
public static class PickerCatalog
{
    private static readonly (string Name, Func<SchedulerOptions, IBlockPicker> Make)[] Pickers =
    [
        ("p2pstream", options => new DeadlineScheduler(options)),
        ("libtorrent", options => new TimeCriticalPicker(options, corrected: false)),
        ("libtorrent-corrected", options => new TimeCriticalPicker(options, corrected: true)),
        ("monotorrent", options => new SlidingWindowPicker(options)),
        ("rqbit", options => new OwnerPicker(options)),
        ("sequential", options => new SequentialPicker(options)),
        ("rarest-first", options => new RarestFirstPicker(options)),
        ("p2p-media-loader-2", options => new TimeWindowPicker(options)),
        ("p2p-media-loader-5", options => new ElectedFetcherPicker(options)),
    ];

    /// <summary>What can be created; the first is this project's own.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Pickers.Select(p => p.Name)];

    /// <summary>This project's own.</summary>
    public static string Default => Names[0];

    /// <summary>Makes a picker.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">What they have in common; what a policy draws, it draws from
    /// <see cref="SchedulerOptions.Seed"/>, so give every node its own.</param>
    /// <exception cref="ArgumentException">Nothing has that name.</exception>
    public static IBlockPicker Create(string name, SchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var (known, make) in Pickers)
            if (known == name) return make(options);
        throw new ArgumentException(
            $"No picker is named '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));
    }
}
