using P2PStream.Tool.Input;

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
    public void A_key_with_one_letter_changed_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var key = KeyFile.Generate();
        KeyFile.Write(folder["my.key"], key);
        var text = File.ReadAllText(folder["my.key"]);
        var at = text.IndexOf(':', StringComparison.Ordinal) + 1;
        folder.Write("bad.key", text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..]);

        using var read = KeyFile.Read(folder["my.key"]);
        var refused = Assert.Throws<ToolException>(() => KeyFile.Read(folder["bad.key"]));

        Assert.Equal(key.PublicKey, read.PublicKey);
        Assert.Equal(ExitCode.BadInput, refused.ExitCode);
        Assert.Contains("bad.key is damaged", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text[at..(at + 8)], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_file_of_one_line_is_read_as_ever()
    {
        using var folder = new TemporaryFolder();
        using var key = KeyFile.Generate();
        using var read = KeyFile.Read(folder.Write("my.key", key.ExportText() + "\n"));
        Assert.Equal(key.PublicKey, read.PublicKey);
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
