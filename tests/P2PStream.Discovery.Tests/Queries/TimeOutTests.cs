namespace P2PStream.Discovery.Tests;

/// <summary>How long look-ups wait, and what comes late.</summary>
public sealed class TimeOutTests
{
    private static readonly KademliaOptions Options = new();

    [Fact]
    public void Waits_follow_the_round_trips_that_are_measured()
    {
        var estimate = new RoundTripEstimate(Options);
        Assert.Equal(Options.SoftTimeout, estimate.Soft);
        Assert.Equal(Options.LookupPatience, estimate.Patience);
        for (var i = 0; i < 50; i++) estimate.Measured(TimeSpan.FromMilliseconds(100));
        Assert.InRange(estimate.Soft.TotalMilliseconds, 100, 120);
        Assert.InRange(estimate.Patience.TotalMilliseconds, 150, 180);
        // A slower network than was thought, known by its late answers.
        for (var i = 0; i < 10; i++) estimate.Measured(TimeSpan.FromMilliseconds(400));
        Assert.InRange(estimate.Soft.TotalMilliseconds, 400, 1000);
        for (var i = 0; i < 50; i++) estimate.Measured(TimeSpan.FromSeconds(5));
        Assert.Equal(Options.SoftTimeout, estimate.Soft);
        Assert.Equal(Options.LookupPatience, estimate.Patience);
        for (var i = 0; i < 100; i++) estimate.Measured(TimeSpan.FromMilliseconds(1));
        Assert.Equal(100, estimate.Soft.TotalMilliseconds);
    }

    [Fact]
    public void A_late_reply_is_used_while_the_look_up_runs()
    {
        var (slow, quick) = (Hosts.Public(1), Hosts.Public(2));
        var (next, last) = (Hosts.Public(3), Hosts.Public(4));
        var raw = new RawNode(new KademliaOptions { DisjointPaths = 1 });
        raw.Node.Join([slow, quick], default);
        raw.Sent();
        var search = raw.Node.FindNode(new NodeId("mnopqrstuvwxyz123456"u8), raw.Now);
        var asked = raw.Sent().ToDictionary(sent => sent.To, sent => sent.Text);
        Assert.Equal(2, asked.Count);
        // One answers just in time and names another, for which the look-up waits.
        Advance(raw, 1900);
        raw.Receive(Reply("quick-quick-quick-qu", asked[quick], "next-next-next-next-", 3), quick);
        Assert.Contains(raw.Sent(), sent => sent.To == next);
        Advance(raw, 2500);
        Assert.False(HasEnded(raw, search));
        raw.Receive(Reply("slow-slow-slow-slow-", asked[slow], "last-last-last-last-", 4), slow);
        Assert.Contains(raw.Sent(), sent => sent.To == last);
        Assert.NotNull(raw.Node.Parts[0].Table.Find(slow));
        Advance(raw, 5000);
        Assert.True(HasEnded(raw, search));
        // After 15 s nobody knows what the answer is to.
        var unsolicited = raw.Node.Counters.Dropped(DhtDrop.Unsolicited);
        Advance(raw, 16_000);
        raw.Receive(Reply("slow-slow-slow-slow-", asked[slow], "last-last-last-last-", 4), slow);
        Assert.Equal(unsolicited + 1, raw.Node.Counters.Dropped(DhtDrop.Unsolicited));
    }

    [Fact]
    public void What_comes_in_is_counted()
    {
        var raw = new RawNode();
        raw.Receive("garbage", Hosts.Public(1));
        raw.Receive(new string('l', 200) + new string('e', 200), Hosts.Public(1));
        raw.Receive(new string('x', 5000), Hosts.Public(1));
        raw.Receive("d1:rde1:t4:aaaa1:y1:re", Hosts.Public(1));
        raw.Ask(RawNode.Query("ping", ""), Hosts.Public(1));
        raw.Ask(RawNode.Query("nonsense", ""), Hosts.Public(2));
        var counters = raw.Node.Counters;
        Assert.Equal(6, counters.DatagramsReceived);
        Assert.Equal(3, counters.Dropped(DhtDrop.Malformed));
        Assert.Equal(1, counters.Dropped(DhtDrop.Unsolicited));
        Assert.Equal(1, counters.QueriesReceived(KrpcMethod.Ping));
        Assert.Equal(1, counters.QueriesReceived(KrpcMethod.Unknown));
        Assert.Equal((1, 1), (counters.RepliesSent, counters.ErrorsSent));
        Assert.Equal(2, counters.QueriesSent(KrpcMethod.Ping));
        Assert.Equal(4, counters.DatagramsSent);
        Assert.Equal(2, raw.Node.PendingQueries);
    }

    private static void Advance(RawNode raw, int milliseconds)
    {
        while (raw.Now < TimeSpan.FromMilliseconds(milliseconds))
        {
            raw.Now += TimeSpan.FromMilliseconds(50);
            raw.Node.Tick(raw.Now);
        }
    }

    private static bool HasEnded(RawNode raw, DhtOperation operation)
    {
        var hasEnded = false;
        while (raw.Node.TryTake(out var e))
            hasEnded |= e.Operation == operation && e.Kind == KademliaEventKind.Ended;
        return hasEnded;
    }

    private static string Reply(string id, string query, string named, int host) =>
        $"d1:rd2:id20:{id}5:nodes26:{named}\u0014\0{(char)host}\u0009\u001a\u00e1e1:t4:"
        + RawNode.Transaction(query) + "1:y1:re";
}
