using System.Text;

namespace P2PStream.Tool.Tests;

/// <summary>How a process ended and what it said.</summary>
internal sealed record ToolResult(int ExitCode, byte[] Output, string Errors)
{
    public string OutputText => Encoding.UTF8.GetString(Output);

    /// <summary>The lines of standard error.</summary>
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>One clear line, and nothing of the machinery.</summary>
    /// <param name="exitCode">How it ends.</param>
    /// <param name="contains">What the line says.</param>
    /// <param name="after">What it said before, of what it was doing.</param>
    public void AssertOneErrorLine(int exitCode, string contains, params string[] after)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Empty(OutputText);
        Assert.Equal(after, ErrorLines.SkipLast(1));
        var line = ErrorLines[^1];
        Assert.StartsWith("p2pstream: ", line, StringComparison.Ordinal);
        Assert.Contains(contains, line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
    }
}
