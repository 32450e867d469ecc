namespace P2PStream.EndToEnd.Tests;

/// <summary>A test's time: real sockets and programs take part, and none of them may hang it.</summary>
internal static class Limits
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>Ends with the test run, or after 45 s.</summary>
    public static CancellationTokenSource ForOneTest()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        return limit;
    }

    /// <summary>Waits for what another thread, or another program, brings about.</summary>
    public static async Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (!condition()) await Task.Delay(PollInterval, cancellationToken);
    }
}
