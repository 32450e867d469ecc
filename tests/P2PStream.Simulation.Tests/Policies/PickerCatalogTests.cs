using P2PStream.Scheduling;
using P2PStream.Testing;

namespace P2PStream.Simulation.Tests;

public class PickerCatalogTests
{
    private const string WholeSegments = "P2P Media Loader 2 and 5 take whole segments only";
    private const string OneSecond = "libtorrent asks once a second";
    private const string HttpFirst = "P2P Media Loader 2 uses HTTP for all that is soon";

    /// <summary>Promises that a policy breaks by design: those are what is compared.</summary>
    private static readonly (string Picker, string Case, string Why)[] Exceptions =
    [
        ("p2p-media-loader-2", "Nothing is asked that was not advertised", WholeSegments),
        ("p2p-media-loader-5", "Nothing is asked that was not advertised", WholeSegments),
        ("p2p-media-loader-2",
            "What slides out is cancelled and its late block is not its successor's", WholeSegments),
        ("p2p-media-loader-5",
            "What slides out is cancelled and its late block is not its successor's", WholeSegments),
        ("p2p-media-loader-2", "A peer is preferred to a source that costs money", HttpFirst),
        ("p2p-media-loader-2",
            "A source that costs money is used when nobody else has a block", HttpFirst),
        ("p2p-media-loader-5",
            "A source that costs money is used when nobody else has a block", WholeSegments),
        ("libtorrent", "A window limit is kept, and raised", OneSecond),
        ("libtorrent-corrected", "A window limit is kept, and raised", OneSecond),
        ("libtorrent", "A removed source frees what was asked of it", OneSecond),
        ("libtorrent-corrected", "A removed source frees what was asked of it", OneSecond),
        ("libtorrent", "A numbered source can be used again", OneSecond),
        ("libtorrent-corrected", "A numbered source can be used again", OneSecond),
    ];

    public static TheoryData<string, string> Promises => [.. PickerCatalog.Names.SelectMany(
        picker => Cases(picker).Select(c => (picker, c.Name)))];

    public static TheoryData<string> Names => [.. PickerCatalog.Names];

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task Every_picker_keeps_the_contract(string picker, string promise)
    {
        ContractCase one = Cases(picker).Single(c => c.Name == promise);
        CancellationToken token = TestContext.Current.CancellationToken;
        if (Exceptions.Any(e => (e.Picker, e.Case) == (picker, promise)))
            await Assert.ThrowsAsync<ContractException>(() => one.RunAsync(token));
        else await one.RunAsync(token);
    }

    [Fact]
    public void Unknown_names_are_answered_with_those_there_are()
    {
        var error = Assert.Throws<ArgumentException>(
            () => PickerCatalog.Create("best", new SchedulerOptions()));
        Assert.Contains("p2p-media-loader-5", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_seed_decides_alike(string picker)
    {
        List<Pick> first = new PolicyRun(picker, seed: 3).Picks(seconds: 20);
        Assert.Equal(first, new PolicyRun(picker, seed: 3).Picks(seconds: 20));
        Assert.NotEmpty(first);
    }

    private static IReadOnlyList<ContractCase> Cases(string picker) =>
        new BlockPickerContract(
            () => PickerCatalog.Create(picker, new SchedulerOptions { Seed = 1 })).Cases;
}
