using P2PStream.Protocol;

namespace P2PStream.Testing;

/// <summary>What every <see cref="IBlockStore"/> promises, as cases that any test framework can
/// run.</summary>
public static class BlockStoreContract
{
    /// <summary>A case that is not over by then hangs: seconds of real time.</summary>
    private static readonly TimeSpan CaseTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The cases.</summary>
    /// <param name="create">Makes an empty store with room for so many bytes of payload. It is
    /// disposed by the case.</param>
    public static IReadOnlyList<ContractCase> Cases(Func<long, IBlockStore> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        var cases = new List<ContractCase>();
        foreach (var (name, run) in BlockStoreCases.All)
        {
            cases.Add(new ContractCase(name, cancellationToken =>
                Require.InTimeAsync(name, CaseTimeout, async token =>
                {
                    var store = create(BlockStoreCases.Capacity);
                    await using (store.ConfigureAwait(false))
                        await run(store, token).ConfigureAwait(false);
                }, cancellationToken)));
        }

        return cases;
    }
}
