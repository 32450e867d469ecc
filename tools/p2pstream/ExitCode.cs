namespace P2PStream.Tool;

/// <summary>What the process tells its parent.</summary>
internal static class ExitCode
{
    /// <summary>All done.</summary>
    public const int Success = 0;

    /// <summary>What was asked for makes no sense: a missing file, a malformed link, a port in
    /// use.</summary>
    public const int BadInput = 1;

    /// <summary>It made sense and could not be done: no peer, a broken source, a full
    /// disk.</summary>
    public const int Failed = 2;

    /// <summary>Ended by Ctrl+C or a request to terminate.</summary>
    public const int Interrupted = 130;
}
