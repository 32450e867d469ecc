namespace P2PStream.EndToEnd.Tests;

/// <summary>A test's time: real sockets and programs take part, and none may hang it.</summary>
internal static class Limits
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan PlayPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Ends with the test run, or after 45 s.</summary>
    public static CancellationTokenSource ForOneTest() => After(Patience);

    /// <summary>Ends with the test run, or when the sample could have been played twice.</summary>
    public static CancellationTokenSource ForPlaying() => After(PlayPatience);

    private static CancellationTokenSource After(TimeSpan patience)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        return limit;
    }

    /// <summary>Waits for what another thread, or another program, brings about.</summary>
    public static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition()) await Task.Delay(PollInterval, cancellationToken);
    }
}
