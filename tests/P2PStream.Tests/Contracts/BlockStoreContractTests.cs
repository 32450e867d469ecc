using P2PStream.Testing;

namespace P2PStream.Tests;

/// <summary>Our own stores keep the contract that a third party's is held to.</summary>
public sealed class BlockStoreContractTests : IDisposable
{
    private static readonly IReadOnlyList<ContractCase> Memory =
        BlockStoreContract.Cases(static capacity => new MemoryBlockStore(capacity));

    private readonly TemporaryFolder _folder = new();
    private int _stores;

    public static TheoryData<string> Names => [.. Memory.Select(contractCase => contractCase.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public Task Memory_keeps(string name) => RunAsync(Memory, name);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Disk_keeps(string name) => RunAsync(BlockStoreContract.Cases(
        capacity => DiskBlockStore.Open(_folder[$"{_stores++}"], capacity)), name);

    private static Task RunAsync(IReadOnlyList<ContractCase> cases, string name) => cases
        .Single(contractCase => contractCase.Name == name)
        .RunAsync(TestContext.Current.CancellationToken);
}
