namespace P2PStream.Transfer;

/// <summary>Where the other clients' ends lie, and what was installed for them.</summary>
internal static class Rivals
{
    /// <summary>Set by bench/run to the folder in the repository, so that an installation
    /// lasts.</summary>
    private const string Variable = "P2PSTREAM_BENCH_RIVALS";

    public static string Folder { get; } = Environment.GetEnvironmentVariable(Variable)
        is { Length: > 0 } folder
            ? folder
            : Path.Combine(AppContext.BaseDirectory, "rivals");

    /// <summary>Ignored by git.</summary>
    public static string Cache => Path.Combine(Folder, ".cache");
}
