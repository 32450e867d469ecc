using P2PStream.Tool.Input;

namespace P2PStream.Tool.Tests;

public sealed class StoreArgumentTests
{
    [Theory]
    [InlineData("films", "films", StoreArgument.UsualBytes)]
    [InlineData("films:500M", "films", 500L << 20)]
    [InlineData("/var/films:2g", "/var/films", 2L << 30)]
    [InlineData("my:films/", "my:films/", StoreArgument.UsualBytes)]
    [InlineData("my:films:1G", "my:films", 1L << 30)]
    [InlineData(@"C:\films", @"C:\films", StoreArgument.UsualBytes)]
    [InlineData(@"C:\films:1T", @"C:\films", 1L << 40)]
    public void Reads_what_people_write(string text, string folder, long bytes) =>
        Assert.Equal(new StoreArgument(folder, bytes), StoreArgument.Parse(text, "--store"));

    [Theory]
    [InlineData("")]
    [InlineData(":5G")]
    [InlineData("films:")]
    [InlineData("films:banana")]
    [InlineData("films:5")]
    [InlineData("films:5X")]
    [InlineData("films:0G")]
    [InlineData("films:99999999999999999999G")]
    public void Refuses_the_rest_and_says_for_which_option(string text)
    {
        var refused = Assert.Throws<ToolException>(() => StoreArgument.Parse(text, "--store"));
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--store", refused.Message, StringComparison.Ordinal);
    }
}
