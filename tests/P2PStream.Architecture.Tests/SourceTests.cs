namespace P2PStream.Architecture.Tests;

/// <summary>Habits of docs and CONTRIBUTING.md that a machine can check.</summary>
public sealed class SourceTests
{
    private const int LongestFileLines = 400;

    private static readonly string[] Ours = ["src", "tools", "tests", "samples", "bench", "fuzz"];

    private static readonly string[] UnfinishedWords =
        ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Exception"];

    private static readonly string[] VagueNames = ["Helper", "Helpers", "Util", "Utils", "Manager"];

    [Fact]
    public void No_file_is_longer_than_a_reader_bears()
    {
        var tooLong = Repository.Files("src", "*.cs").Concat(Repository.Files("tools", "*.cs"))
            .Where(file => Repository.ReadLines(file).Length > LongestFileLines);
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Nothing_is_left_to_do_in_a_comment()
    {
        var unfinished = Ours.SelectMany(folder => Repository.Files(folder, "*.cs"))
            .SelectMany(file => Repository.ReadLines(file)
                .Select((line, index) => (Place: $"{file}:{index + 1}", line)))
            .Where(place => UnfinishedWords.Any(
                word => place.line.Contains(word, StringComparison.Ordinal)))
            .Select(place => place.Place);
        Assert.Empty(unfinished);
    }

    [Fact]
    public void Types_are_named_as_the_field_names_them() =>
        Assert.DoesNotContain(Repository.Files("src", "*.cs"), file => VagueNames.Any(word =>
            Path.GetFileNameWithoutExtension(file).EndsWith(word, StringComparison.Ordinal)));

    /// <summary>Threads are started where shards are run at once, and nothing else that is banned is used.</summary>
    [Fact]
    public void Only_a_simulations_workers_may_use_what_is_banned() =>
        Assert.Equal(
            ["src/P2PStream.Simulation/Engine/Workers.cs"],
            Repository.Files("src", "*.cs").Where(file => Repository.ReadLines(file)
                .Any(line => line.Contains("RS0030", StringComparison.Ordinal))));

    [Fact]
    public void Every_package_states_its_public_surface()
    {
        foreach (var project in Repository.Files("src", "*.csproj"))
        {
            var folder = Path.Combine(Repository.Root, Path.GetDirectoryName(project)!);
            foreach (var file in new[] { "PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt" })
            {
                var path = Path.Combine(folder, file);
                Assert.True(File.Exists(path), $"{path} is missing: run eng/update-public-api.sh");
                Assert.Equal("#nullable enable", File.ReadLines(path).First());
            }
        }
    }
}
