namespace P2PStream.Tests.Shared;

/// <summary>The long form of the tests: <c>eng/test.sh --long</c>.</summary>
internal static class LongRun
{
    private const string Switch = "P2PSTREAM_LONG";
    private const string FiguresFile = "P2PSTREAM_FIGURES";
    private const int MoreCases = 10;

    /// <summary>True in the long form.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable(Switch) == "1";

    /// <summary>Skips what takes too long for the ordinary form.</summary>
    public static void Require() =>
        Assert.SkipUnless(IsOn, "takes its time: eng/test.sh --long runs it");

    /// <summary>Ten times as many in the long form.</summary>
    public static int Cases(int ordinary) => IsOn ? ordinary * MoreCases : ordinary;

    /// <summary>A figure that the long form shows at its end.</summary>
    public static void Tell(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable(FiguresFile) is { Length: > 0 } file)
            File.AppendAllText(file, line + Environment.NewLine);
    }
}
