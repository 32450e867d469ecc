using P2PStream.Testing;

namespace P2PStream.Tests;

/// <summary>Our own players, and the smallest one that works, keep the contract.</summary>
public sealed class PlayerContractTests
{
    private static readonly IReadOnlyList<ContractCase> Paced =
        PlayerContract.Cases(static () => new PacedPlayer(TimeSpan.FromSeconds(1)));

    private static readonly IReadOnlyList<ContractCase> Pipe =
        PlayerContract.Cases(static () => new PipePlayer(Stream.Null));

    private static readonly IReadOnlyList<ContractCase> Small =
        PlayerContract.Cases(static () => new SmallPlayer());

    public static TheoryData<string> Names => [.. Paced.Select(contractCase => contractCase.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_paced_player_keeps(string name) => RunAsync(Paced, name);

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_pipe_player_keeps(string name) => RunAsync(Pipe, name);

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_player_of_forty_lines_keeps(string name) => RunAsync(Small, name);

    private static Task RunAsync(IReadOnlyList<ContractCase> cases, string name) => cases
        .Single(contractCase => contractCase.Name == name)
        .RunAsync(TestContext.Current.CancellationToken);
}
