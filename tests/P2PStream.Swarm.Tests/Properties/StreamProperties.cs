using P2PStream.Protocol;
using P2PStream.Tests.Shared;

namespace P2PStream.Swarm.Tests;

/// <summary>
/// Promises of a swarm whatever happens: peers come, go, lie and let things lie; players seek and switch; the
/// origin fails. It asks whoever is there, for what was shown, at most twice and of nobody twice; each request
/// ends once and leaks no memory; nothing wrong is read or served, who lied is banned; and when nothing goes
/// wrong any more, what is read comes.
/// </summary>
public sealed class StreamProperties
{
    private const int Cases = 1_000;

    private static readonly TestStream Stream = new(6, 7 * ContentLimits.BlockBytes,
        TimeSpan.FromSeconds(2), hasText: true, textKind: TrackKind.Video);

    [ManyCases(Cases, Arbitrary = [typeof(StreamLogs)])]
    public void Promises_hold_where_leaves_are_known(StreamEvent[] events) =>
        Play(events, knowsLeaves: true);

    [ManyCases(Cases, Arbitrary = [typeof(StreamLogs)])]
    public void Promises_hold_where_peers_tell_leaves(StreamEvent[] events) =>
        Play(events, knowsLeaves: false);

    [ManyCases(Cases, Arbitrary = [typeof(StreamLogs)])]
    public void One_log_of_events_gives_one_log_of_requests(StreamEvent[] events) =>
        Assert.Equal(Requests(events), Requests(events));

    [ManyCases(Cases, Arbitrary = [typeof(StreamLogs)])]
    public void What_is_read_comes_once_nothing_goes_wrong(StreamEvent[] events)
    {
        using var auditor = new StreamAuditor(Stream, knowsLeaves: true);
        foreach (var e in events) auditor.Apply(e);
        auditor.Settle();
        auditor.Close();
    }

    [Fact]
    public void The_events_make_the_swarm_work()
    {
        var random = new System.Random(7);
        var requests = 0;
        for (var run = 0; run < 10; run++)
        {
            using var auditor = new StreamAuditor(Stream, knowsLeaves: true);
            for (var i = 0; i < 400; i++)
            {
                auditor.Apply(new StreamEvent(
                    (byte)random.Next(StreamEvent.Kinds), (byte)random.Next(256),
                    (byte)random.Next(256), (byte)random.Next(256)));
            }

            requests += auditor.Requests;
        }

        Assert.True(requests > 1_000, $"{requests} requests in 10 runs of 400 events");
    }

    [Fact]
    public void A_counterexample_shrinks_to_the_events_that_matter()
    {
        var random = new System.Random(5);
        StreamEvent[] log;
        do
        {
            log = [.. Enumerable.Range(0, 60).Select(_ => new StreamEvent(
                (byte)random.Next(StreamEvent.Kinds), (byte)random.Next(256),
                (byte)random.Next(256), (byte)random.Next(256)))];
        }
        while (!AsksAPeer(log));
        while (StreamLogs.Shrink(log).FirstOrDefault(AsksAPeer) is { } smaller) log = smaller;
        // A peer comes, and has something that is wanted.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", log));
        Assert.InRange(log.Length, 2, 3);
    }

    private static bool AsksAPeer(StreamEvent[] log) =>
        Requests(log).Any(line => !line.Contains("origin", StringComparison.Ordinal));

    private static void Play(StreamEvent[] events, bool knowsLeaves)
    {
        using var auditor = new StreamAuditor(Stream, knowsLeaves);
        foreach (var e in events) auditor.Apply(e);
        auditor.Close();
    }

    private static IReadOnlyList<string> Requests(StreamEvent[] events)
    {
        using var auditor = new StreamAuditor(Stream, knowsLeaves: false);
        foreach (var e in events) auditor.Apply(e);
        return auditor.Log;
    }
}
