using P2PStream.Testing;

namespace P2PStream.Tests;

/// <summary>Our own store keeps the contract that a third party's is held to.</summary>
public sealed class BlockStoreContractTests
{
    private static readonly IReadOnlyList<ContractCase> Cases =
        BlockStoreContract.Cases(static capacity => new MemoryBlockStore(capacity));

    public static TheoryData<string> Names => [.. Cases.Select(contractCase => contractCase.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Memory_keeps(string name) => Cases
        .Single(contractCase => contractCase.Name == name)
        .RunAsync(TestContext.Current.CancellationToken);
}
