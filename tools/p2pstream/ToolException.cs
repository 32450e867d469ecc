namespace P2PStream.Tool;

/// <summary>Something to tell in one line, with the exit code it deserves.</summary>
internal sealed class ToolException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static ToolException BadInput(string message) => new(message, Tool.ExitCode.BadInput);

    public static ToolException Failed(string message) => new(message, Tool.ExitCode.Failed);
}
