using P2PStream.Tool.Input;

namespace P2PStream.Tool.Tests;

public sealed class AddressArgumentTests
{
    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1", 80)]
    [InlineData("example.org:65535", "example.org", 65535)]
    [InlineData("[::1]:0", "::1", 0)]
    public void Reads_what_people_write(string text, string host, int port)
    {
        var parsed = AddressArgument.Parse(text, "--listen");
        Assert.Equal(host, parsed.Host);
        Assert.Equal(port, parsed.Port);
        Assert.Equal(text, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host: 1")]
    [InlineData("::1:80")]
    [InlineData("a b:80")]
    public void Refuses_the_rest_and_says_for_which_option(string text)
    {
        var refused = Assert.Throws<ToolException>(() => AddressArgument.Parse(text, "--listen"));
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("--listen", refused.Message, StringComparison.Ordinal);
    }
}
