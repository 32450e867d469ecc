namespace P2PStream.Tool.Tests;

/// <summary>What an option takes, and what holds without it, stands in its help.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("watch", "127.0.0.1 when the link names nobody elsewhere")]
    [InlineData("watch", "Without it those that the link names.")]
    [InlineData("watch", "Lets --output overwrite")]
    [InlineData("watch", "sound that is a track of its own is left out, and --http plays both")]
    [InlineData("watch", "at least 131072.")]
    [InlineData("watch", "FOLDER[:SIZE]")]
    [InlineData("watch", "a whole number of K, M, G or T, as in cache:20G; 4G without one.")]
    [InlineData("publish", "Without it a free port of 127.0.0.1.")]
    [InlineData("publish", "Without it the link names this node alone")]
    [InlineData("demo", "Viewers, 1 to 200,")]
    [InlineData("dht", "get_peers <HASH> Looks for peers; prints HOST:PORT a line")]
    public async Task Says(string command, string words)
    {
        var result = await ToolProcess.RunAsync(command, "--help");
        Assert.Equal(0, result.ExitCode);
        // Help is broken into lines of whatever width there is.
        var text = string.Join(
            ' ', result.OutputText.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(words, text, StringComparison.Ordinal);
    }
}
