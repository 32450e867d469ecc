namespace P2PStream.Testing;

/// <summary>What every <see cref="IPlayerAdapter"/> promises, as cases that any test framework can
/// run. The media is one video track of made-up bytes with an initialization segment, in segments
/// of <see cref="SegmentTime"/>.</summary>
public static class PlayerContract
{
    /// <summary>How long a case's segments play: short, for players that play in real
    /// time.</summary>
    public static readonly TimeSpan SegmentTime = TimeSpan.FromMilliseconds(20);

    /// <summary>A case that is not over by then hangs: seconds of real time.</summary>
    private static readonly TimeSpan CaseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The cases.</summary>
    /// <param name="create">Makes a fresh player that plays the catalog's video track from the
    /// start.</param>
    public static IReadOnlyList<ContractCase> Cases(Func<IPlayerAdapter> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        var cases = new List<ContractCase>();
        foreach (var (name, run) in PlayerCases.All)
        {
            cases.Add(new ContractCase(name, cancellationToken =>
                Require.InTimeAsync(
                    name, CaseTimeout, token => run(create(), token), cancellationToken)));
        }

        return cases;
    }
}
