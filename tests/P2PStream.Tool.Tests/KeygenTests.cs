namespace P2PStream.Tool.Tests;

public sealed class KeygenTests
{
    [Fact]
    public async Task A_key_is_for_its_owner_alone()
    {
        using var folder = new TemporaryFolder();
        var result = await ToolProcess.RunAsync("keygen", "--out", folder["my.key"]);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("public key ", result.OutputText, StringComparison.Ordinal);
        Assert.NotEmpty(
            await File.ReadAllTextAsync(folder["my.key"], TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(folder["my.key"]));
    }

    [Fact]
    public async Task Two_keys_differ()
    {
        using var folder = new TemporaryFolder();
        var one = await ToolProcess.RunAsync("keygen", "--out", folder["one"]);
        var two = await ToolProcess.RunAsync("keygen", "--out", folder["two"]);
        Assert.NotEqual(one.OutputText, two.OutputText);
    }

    [Fact]
    public async Task A_key_is_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("my.key", "precious");
        var result = await ToolProcess.RunAsync("keygen", "--out", path);
        result.AssertOneErrorLine(ExitCode.BadInput, "exists already");
        Assert.Equal(
            "precious", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }
}
