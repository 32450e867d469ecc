using P2PStream.Scheduling;

namespace P2PStream.Testing;

/// <summary>
/// What every <see cref="IBlockPicker"/> promises, as cases that any test framework can run. The
/// promises leave the policy open: which block goes first is the picker's own affair.
/// </summary>
public sealed class BlockPickerContract
{
    /// <summary>Makes the suite.</summary>
    /// <param name="create">Makes a fresh picker; called once or more for each case.</param>
    public BlockPickerContract(Func<IBlockPicker> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        var cases = new List<ContractCase>();
        foreach (var (name, run) in PickerRequestCases.All) Add(name, () => run(create()));
        foreach (var (name, run) in PickerRingCases.All) Add(name, () => run(create()));
        foreach (int seed in PickerAudit.Seeds)
            Add($"Random events, seed {seed}", () => new PickerAudit(create(), seed).Run());
        Cases = cases;

        void Add(string name, Action run) => cases.Add(new ContractCase(name, cancellationToken =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                run();
                return Task.CompletedTask;
            }
            catch (Exception error) when (error is not ContractException)
            {
                throw new ContractException($"{name}: {error.Message}", error);
            }
        }));
    }

    /// <summary>The cases, in a fixed order; each runs alone and leaves nothing behind.</summary>
    public IReadOnlyList<ContractCase> Cases { get; }
}
