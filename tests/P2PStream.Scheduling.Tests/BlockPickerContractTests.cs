using P2PStream.Testing;

namespace P2PStream.Scheduling.Tests;

public class BlockPickerContractTests
{
    private static readonly BlockPickerContract Contract = new(() => new DeadlineScheduler());

    public static TheoryData<string> Names => [.. Contract.Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_deadline_scheduler_keeps_the_contract(string name) =>
        Contract.Cases.Single(c => c.Name == name)
            .RunAsync(TestContext.Current.CancellationToken);
}
