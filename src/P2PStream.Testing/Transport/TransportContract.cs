namespace P2PStream.Testing;

/// <summary>
/// What every <see cref="P2PStream.Transport.ITransport"/> promises, as cases that any test
/// framework can run against one.
/// </summary>
public static class TransportContract
{
    /// <summary>A case that is not over by then hangs: seconds of real time, for slow
    /// machines.</summary>
    internal static readonly TimeSpan CaseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The cases.</summary>
    /// <param name="factory">Makes fresh transports for a case.</param>
    public static IReadOnlyList<ContractCase> Cases(Func<TransportSubject> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var cases = new List<ContractCase>();
        foreach (var (name, run) in TransportSetupCases.All) Add(name, run);
        foreach (var (name, run) in TransportByteCases.All)
        {
            Add(name, async (subject, cancellationToken) =>
            {
                await using var links = await LinkPair.ConnectAsync(subject, cancellationToken)
                    .ConfigureAwait(false);
                await run(links, cancellationToken).ConfigureAwait(false);
            });
        }

        return cases;

        void Add(string name, Func<TransportSubject, CancellationToken, Task> run) =>
            cases.Add(new ContractCase(name, cancellationToken =>
                Require.InTimeAsync(name, CaseTimeout, async token =>
                {
                    var subject = factory();
                    await using (subject.ConfigureAwait(false))
                        await run(subject, token).ConfigureAwait(false);
                }, cancellationToken)));
    }
}
