namespace P2PStream.Protocol.Tests;

/// <summary>Requests, leases, credit, cancels: the rules that bound memory.</summary>
public sealed class RequestTests
{
    [Fact]
    public void A_run_of_requests_is_one_frame()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        for (var i = 0; i < 64; i++) pair.Request(pair.A, channel, (uint)i, Pair.Block(i));
        var bytes = pair.A.Transmit(pair.Now);
        Assert.Equal(FrameHeader.Size + RequestFrame.Size, bytes.Length);
        pair.B.Feed(bytes, pair.Now);
        Assert.Equal(
            Enumerable.Range(0, 64).Select(i => ((uint)i, Pair.Block(i))),
            pair.B.Events.Where(e => e.Kind == SessionEventKind.Requested)
                .Select(e => (e.Request, e.Block)));
    }

    [Fact]
    public void Runs_break_where_number_block_deadline_or_kind_do()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Request(pair.A, channel, 3, Pair.Block(1));
        pair.Request(pair.A, channel, 4, Pair.Block(3));
        pair.Request(pair.A, channel, 5, Pair.Block(4), deadlineMs: 999);
        pair.Request(pair.A, channel, 6, Pair.Block(5), deadlineMs: 999, subscribe: true);
        Assert.Equal(
            5 * (FrameHeader.Size + RequestFrame.Size), pair.A.Transmit(pair.Now).Length);
    }

    [Fact]
    public void Credit_is_never_exceeded_and_the_rest_waits()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        for (var i = 0; i < 300; i++) pair.Request(pair.A, channel, (uint)i, Pair.Block(i));
        pair.Run();
        Assert.Equal(WireLimits.InitialCredit, pair.B.Count(SessionEventKind.Requested));
        for (var i = 0; i < 10; i++) pair.Serve(pair.B, channel, (uint)i);
        pair.Run();
        Assert.Equal(WireLimits.InitialCredit + 10, pair.B.Count(SessionEventKind.Requested));

        pair.Do(pair.B, new SessionCommand
        {
            Kind = SessionCommandKind.GrantCredit, Channel = channel, Value = 290,
        });
        pair.Run();
        Assert.Equal(300, pair.B.Count(SessionEventKind.Requested));
        Assert.Equal([256u, 290u], pair.A.Events
            .Where(e => e.Kind == SessionEventKind.Credit).Select(e => e.Count));
        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);
    }

    [Fact]
    public void Both_ends_may_request_on_one_channel_under_the_same_numbers()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0), length: 100);
        pair.Request(pair.B, channel, 1, Pair.Block(1), length: 200);
        pair.Run();
        pair.Serve(pair.A, channel, 1, 200);
        pair.Serve(pair.B, channel, 1, 100);
        pair.Run();
        Assert.Equal(100, pair.A.Single(SessionEventKind.BlockArrived).Lease!.Length);
        Assert.Equal(200, pair.B.Single(SessionEventKind.BlockArrived).Lease!.Length);
    }

    [Fact]
    public void Blocks_are_sent_earliest_deadline_first_and_64_KiB_at_once()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        int[] deadlines = [900, 300, 700, 100, 500, 300];
        for (var i = 0; i < deadlines.Length; i++)
            pair.Request(pair.A, channel, (uint)i, Pair.Block(i * 2), deadlineMs: deadlines[i]);
        pair.Run();
        for (var i = 0; i < deadlines.Length; i++) pair.Serve(pair.B, channel, (uint)i);

        var batch = new TransmitBatch();
        Assert.True(pair.B.Session.TryTransmit(pair.Now, batch));
        Assert.Equal(SessionLimits.BatchPayloadBytes, batch.PayloadBytes);
        batch.Clear();
        pair.B.Session.Transmitted(pair.Now);
        Assert.True(pair.B.Session.TryTransmit(pair.Now, batch));
        Assert.Equal(2 * ContentLimits.BlockBytes, batch.PayloadBytes);
        batch.Clear();
        pair.B.Session.Transmitted(pair.Now);
        pair.B.Transmit(pair.Now);
        Assert.Equal([3u, 1u, 5u, 4u, 2u, 0u], pair.B.Events
            .Where(e => e.Kind == SessionEventKind.BlockServed).Select(e => e.Request));
    }

    [Fact]
    public void A_block_far_too_late_is_rejected_instead_of_sent()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0), deadlineMs: 100);
        pair.Run();
        pair.Serve(pair.B, channel, 1);
        pair.Now += TimeSpan.FromMilliseconds(101) + SessionLimits.ServeLate;
        pair.Run();
        Assert.Equal((uint)RejectReason.Expired, pair.A.Single(SessionEventKind.Rejected).Value);
        Assert.Equal(0u, pair.B.Single(SessionEventKind.BlockServed).Value);
    }

    [Fact]
    public void A_cancelled_request_is_answered_and_frees_its_lease()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Request(pair.A, channel, 2, Pair.Block(1));
        pair.Run();
        pair.Serve(pair.B, channel, 2);
        pair.Cancel(pair.A, channel, 1);
        pair.Cancel(pair.A, channel, 2);
        pair.B.Feed(pair.A.Transmit(pair.Now), pair.Now);
        Assert.Equal(
            Pair.Block(0), pair.B.Single(SessionEventKind.RequestCancelled).Block);
        Assert.Equal(0u, pair.B.Single(SessionEventKind.BlockServed).Value);
        Assert.Equal(2, pair.Pool.Rented);
        pair.Run();
        Assert.Equal(0, pair.Pool.Rented);
        Assert.Equal(0, pair.A.Count(SessionEventKind.Rejected));
    }

    [Fact]
    public void A_block_that_crosses_its_cancel_has_a_place_and_is_waste()
    {
        using var pair = new Pair();
        CrossCancel(pair, isWelcome: false);
        Assert.Equal(ContentLimits.BlockBytes, pair.A.Session.WastedBytes);
        Assert.Equal(0, pair.A.Count(SessionEventKind.BlockArrived));
        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);
        Assert.Equal(0, pair.Pool.Rented);
    }

    [Fact]
    public void A_block_that_crosses_its_cancel_is_told_of_where_it_is_welcome()
    {
        using var pair = new Pair();
        CrossCancel(pair, isWelcome: true);
        Assert.Equal(Pair.Block(0), pair.A.Single(SessionEventKind.BlockArrived).Block);
        Assert.Equal(0, pair.A.Session.WastedBytes);
        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);
    }

    [Fact]
    public void A_request_cancelled_before_it_was_sent_never_is()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Cancel(pair.A, channel, 1);
        Assert.Empty(pair.A.Transmit(pair.Now));
        Assert.Equal(0, pair.Pool.Rented);
    }

    [Fact]
    public void A_cancel_while_its_block_is_hashed_wastes_it()
    {
        using var pair = new Pair();
        pair.A.HoldsWork = true;
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Request(pair.A, channel, 2, Pair.Block(1));
        pair.Run();
        pair.Serve(pair.B, channel, 1);
        pair.Serve(pair.B, channel, 2);
        pair.Run();
        Assert.True(pair.A.Session.TryTakeWork(out var work));
        pair.Cancel(pair.A, channel, 1);
        pair.Cancel(pair.A, channel, 2);
        Assert.False(pair.A.Session.TryTakeWork(out _));
        Assert.Equal(1, pair.Pool.Rented);
        pair.A.Session.Complete(new Completion(work.Token, default), pair.Now);
        Assert.Equal(2 * ContentLimits.BlockBytes, pair.A.Session.WastedBytes);
    }

    [Fact]
    public void A_storm_of_cancels_leaves_nothing_behind()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        var id = 0u;
        for (var round = 0; round < 50; round++)
        {
            var first = id;
            for (var i = 0; i < 200; i++) pair.Request(pair.A, channel, id++, Pair.Block(i));
            pair.B.Feed(pair.A.Transmit(pair.Now), pair.Now);
            for (var i = first; i < id; i += 2) pair.Serve(pair.B, channel, i);
            for (var i = first; i < id; i++) pair.Cancel(pair.A, channel, i);
            pair.B.Feed(pair.A.Transmit(pair.Now), pair.Now);
            pair.A.Feed(pair.B.Transmit(pair.Now), pair.Now);
            Assert.Equal(0, pair.Pool.Rented);
        }

        Assert.False(pair.A.Session.HasEnded || pair.B.Session.HasEnded);
        Assert.Equal(50 * 100, pair.B.Count(SessionEventKind.RequestCancelled));
    }

    [Fact]
    public void An_answer_meant_for_a_cancelled_request_does_not_hit_the_next_of_its_number()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0), 100);
        pair.Run();
        pair.Cancel(pair.A, channel, 1);
        pair.Run();
        pair.Request(pair.A, channel, 1, Pair.Block(8), 100);
        pair.Run();
        var numbers = pair.B.Events
            .Where(e => e.Kind == SessionEventKind.Requested).Select(e => e.Request).ToArray();
        pair.ServeNumber(pair.B, channel, numbers[0], Pair.Block(0), 100);
        var bytes = pair.ServeNumber(pair.B, channel, numbers[1], Pair.Block(8), 100);
        pair.Run();
        Assert.Equal(
            bytes, pair.A.Single(SessionEventKind.BlockArrived).Lease!.Memory.ToArray());
        Assert.Equal([0u, 1u], pair.B.Events
            .Where(e => e.Kind == SessionEventKind.BlockServed).Select(e => e.Value));
    }

    [Fact]
    public void A_full_table_declines()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        for (var i = 0; i <= SessionLimits.OutgoingRequests; i++)
            pair.Request(pair.A, channel, (uint)i, Pair.Block(i % 4096));
        pair.A.Transmit(pair.Now);
        var rejected = pair.A.Single(SessionEventKind.Rejected);
        Assert.Equal(
            ((uint)SessionLimits.OutgoingRequests, (uint)RejectReason.Busy),
            (rejected.Request, rejected.Value));
    }

    [Fact]
    public void A_number_in_use_is_our_own_bug()
    {
        using var pair = new Pair();
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        var lease = pair.Rent();
        Assert.Throws<InvalidOperationException>(() => pair.Do(pair.A, new SessionCommand
        {
            Kind = SessionCommandKind.Request, Channel = channel, Request = 1, Lease = lease,
        }));
        lease.Release();
    }

    [Fact]
    public void A_link_lost_within_a_block_and_a_hash_releases_everything()
    {
        using var pair = new Pair();
        pair.A.HoldsWork = true;
        var channel = pair.OpenChannel();
        for (var i = 0; i < 8; i++) pair.Request(pair.A, channel, (uint)i, Pair.Block(i));
        pair.Run();
        for (var i = 0; i < 4; i++) pair.Serve(pair.B, channel, (uint)i);
        var bytes = pair.B.Transmit(pair.Now);
        pair.A.Feed(bytes.AsSpan(0, bytes.Length - 100), pair.Now);
        Assert.True(pair.A.Session.TryTakeWork(out _));
        for (var i = 4; i < 8; i++) pair.Serve(pair.B, channel, (uint)i);
    }

    /// <summary>A block is on its way when its request is cancelled.</summary>
    private static void CrossCancel(Pair pair, bool isWelcome)
    {
        var channel = pair.OpenChannel();
        pair.Request(pair.A, channel, 1, Pair.Block(0));
        pair.Run();
        pair.Serve(pair.B, channel, 1);
        var late = pair.B.Transmit(pair.Now);
        pair.Cancel(pair.A, channel, 1, isWelcome);
        pair.A.Feed(late, pair.Now);
        pair.Run();
    }
}
