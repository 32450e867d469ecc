namespace P2PStream.Scheduling.Tests;

/// <summary>Short ways to say what a test needs.</summary>
internal static class Swarms
{
    internal const int Block = 16_384;

    internal static readonly TimeSpan Start = TimeSpan.FromSeconds(1);

    internal static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    internal static SourceProfile Peer(
        double rate = 0, double roundTripMs = 0, int window = 64, ulong salt = 0) =>
        new(0, rate, TimeSpan.FromMilliseconds(roundTripMs), window, salt);

    internal static SourceProfile Origin(
        double rate = 1e6, double roundTripMs = 50, int window = 64) =>
        new(1, rate, TimeSpan.FromMilliseconds(roundTripMs), window, 0);

    internal static int Lane(
        this DeadlineScheduler scheduler, int blocks, double dueSeconds, int priority = 0)
    {
        int lane = scheduler.OpenLane(new LaneOptions(1024, priority));
        scheduler.Append(lane, blocks, Seconds(dueSeconds));
        return lane;
    }

    /// <summary>Adds a source that has everything in a lane.</summary>
    internal static int Seed(this DeadlineScheduler scheduler, in SourceProfile profile, int lane)
    {
        int source = scheduler.AddSource(profile, Start);
        long head = scheduler.Head(lane);
        int count = (int)(scheduler.Tail(lane) - head);
        scheduler.Advertise(source, lane, head, count, true, Start);
        return source;
    }

    internal static List<Pick> PickAll(this DeadlineScheduler scheduler, TimeSpan now)
    {
        var picks = new List<Pick>();
        while (scheduler.TryPick(now, out Pick pick)) picks.Add(pick);
        return picks;
    }

    internal static List<Cancellation> TakeCancelled(this DeadlineScheduler scheduler)
    {
        var all = new List<Cancellation>();
        while (scheduler.TryTakeCancelled(out Cancellation one)) all.Add(one);
        return all;
    }
}
