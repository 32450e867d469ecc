using FsCheck;
using FsCheck.Fluent;

namespace P2PStream.Scheduling.Tests;

public class EventProperties
{
    private const int Cases = 250;

    private static readonly SchedulerOptions Tight = new()
    {
        OutstandingLimit = 24,
        HedgeShare = 0.03,
        UrgentZone = TimeSpan.FromSeconds(1),
        RarestZone = TimeSpan.FromSeconds(3),
    };

    [ManyCases(Cases, Arbitrary = [typeof(Events)])]
    public void Every_answer_to_any_events_keeps_the_promises(
        (byte Op, byte A, byte B, byte C)[] events)
    {
        var auditor = new Auditor();
        foreach (var e in events) auditor.Apply(e);
        auditor.Close();
    }

    [ManyCases(Cases, Arbitrary = [typeof(Events)])]
    public void Promises_hold_with_tight_limits(
        (byte Op, byte A, byte B, byte C)[] events)
    {
        var auditor = new Auditor(Tight);
        foreach (var e in events) auditor.Apply(e);
        auditor.Close();
    }

    [ManyCases(200, Arbitrary = [typeof(Events)])]
    public void One_log_of_events_gives_one_log_of_decisions(
        (byte Op, byte A, byte B, byte C)[] events)
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
                auditor.Apply((
                    (byte)random.Next(256), (byte)random.Next(256),
                    (byte)random.Next(256), (byte)random.Next(256)));
            }
            picked += auditor.Picked;
            auditor.Close();
        }
        Assert.True(picked > 1_000, $"{picked} picks in 10 runs of 400 events");
    }

    internal static class Events
    {
        public static Arbitrary<(byte Op, byte A, byte B, byte C)[]> Many()
        {
            Gen<byte> any = Gen.Choose(0, 255).Select(x => (byte)x);
            Gen<(byte, byte, byte, byte)> one =
                from op in any from a in any from b in any from c in any select (op, a, b, c);
            return Gen.Choose(10, 70).SelectMany(one.ArrayOf).ToArbitrary();
        }
    }
}
