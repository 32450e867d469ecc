namespace P2PStream.Scheduling.Tests;

public class EventProperties
{
    private const int Cases = 1_000;

    private static readonly SchedulerOptions Tight = new()
    {
        OutstandingLimit = 24,
        HedgeShare = 0.03,
        UrgentZone = TimeSpan.FromSeconds(1),
        RarestZone = TimeSpan.FromSeconds(3),
    };

    [ManyCases(Cases, Arbitrary = [typeof(EventLogs)])]
    public void Every_answer_to_any_events_keeps_the_promises(SwarmEvent[] events)
    {
        var auditor = new Auditor();
        foreach (var e in events) auditor.Apply(e);
        auditor.Close();
    }

    [ManyCases(Cases, Arbitrary = [typeof(EventLogs)])]
    public void Promises_hold_with_tight_limits(SwarmEvent[] events)
    {
        var auditor = new Auditor(Tight);
        foreach (var e in events) auditor.Apply(e);
        auditor.Close();
    }

    [ManyCases(Cases, Arbitrary = [typeof(EventLogs)])]
    public void One_log_of_events_gives_one_log_of_decisions(SwarmEvent[] events)
    {
        var first = new Auditor();
        var second = new Auditor();
        foreach (var e in events) first.Apply(e);
        foreach (var e in events) second.Apply(e);
        Assert.Equal(first.Log, second.Log);
    }

    [Fact]
    public void The_events_make_the_scheduler_work()
    {
        var random = new System.Random(7);
        int picked = 0;
        for (int run = 0; run < 10; run++)
        {
            var auditor = new Auditor();
            for (int i = 0; i < 400; i++)
            {
                auditor.Apply(new SwarmEvent(
                    (byte)random.Next(256), (byte)random.Next(256),
                    (byte)random.Next(256), (byte)random.Next(256)));
            }
            picked += auditor.Picked;
            auditor.Close();
        }
        Assert.True(picked > 1_000, $"{picked} picks in 10 runs of 400 events");
    }

    [ManyCases(Cases, Arbitrary = [typeof(EventLogs)])]
    public void A_seek_leaves_nothing_in_flight_and_what_follows_is_asked_for(SwarmEvent[] events)
    {
        var auditor = new Auditor();
        foreach (var e in events) auditor.Apply(e);
        auditor.SeekAndAskAnew();
        auditor.Close();
    }

    [Fact]
    public void A_counterexample_shrinks_to_the_events_that_matter()
    {
        var random = new System.Random(5);
        SwarmEvent[] log;
        do
        {
            log = [.. Enumerable.Range(0, 60).Select(_ => new SwarmEvent(
                (byte)random.Next(16), (byte)random.Next(256), (byte)random.Next(256),
                (byte)random.Next(256)))];
        }
        while (!HasHedge(log));
        while (EventLogs.Shrink(log).FirstOrDefault(HasHedge) is { } smaller) log = smaller;
        // Blocks, two sources, what each has, and time for the first to be late.
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", log));
        Assert.InRange(log.Length, 5, 9);

        static bool HasHedge(SwarmEvent[] log)
        {
            var auditor = new Auditor();
            foreach (var e in log) auditor.Apply(e);
            return auditor.Log.Exists(line => line.Contains("IsHedge = True"));
        }
    }
}
