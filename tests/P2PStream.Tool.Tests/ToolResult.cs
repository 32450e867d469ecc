using System.Text;

namespace P2PStream.Tool.Tests;

/// <summary>How a process ended and what it said.</summary>
internal sealed record ToolResult(int ExitCode, byte[] Output, string Errors)
{
    public string OutputText => Encoding.UTF8.GetString(Output);

    /// <summary>One clear line, and nothing of the machinery.</summary>
    public void AssertOneErrorLine(int exitCode, string contains)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(OutputText);
        var line = Assert.Single(Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("p2pstream: ", line, StringComparison.Ordinal);
        Assert.Contains(contains, line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
    }
}
