namespace P2PStream.Testing;

/// <summary>
/// One promise of a contract, as a test that any framework can run: it passes when
/// <paramref name="RunAsync"/> completes and fails when it throws <see cref="ContractException"/>.
/// </summary>
/// <param name="Name">The promise in a few words, unique within its suite.</param>
/// <param name="RunAsync">Runs it once; every call starts from a fresh implementation.</param>
public sealed record ContractCase(string Name, Func<CancellationToken, Task> RunAsync)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
