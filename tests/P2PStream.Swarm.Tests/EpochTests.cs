using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A new epoch states everything anew; whoever still speaks of the old one is no liar.</summary>
public sealed class EpochTests : IDisposable
{
    private const int Giver = 1;

    private static readonly TimeSpan SegmentTime = TimeSpan.FromSeconds(2);

    private readonly TestStream _old = new(4, 16 * ContentLimits.BlockBytes, SegmentTime, epoch: 7);
    private readonly TestStream _new = new(4, 16 * ContentLimits.BlockBytes, SegmentTime, epoch: 8);
    private readonly SwarmProbe _probe;

    public EpochTests()
    {
        _probe = new SwarmProbe(_old);
        _probe.Join(Giver);
        Learn(_old);
        Have(_old);
        Assert.True(_probe.Swarm.OpenReader(1, _old.Records[0].Id, _probe.Now));
        _probe.Turn();
    }

    public void Dispose()
    {
        Assert.Empty(_probe.Take(SwarmEffectKind.Ban));
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _old.Dispose();
        _new.Dispose();
    }

    [Fact]
    public void Records_are_asked_for_again_and_the_old_ones_are_gone()
    {
        _probe.TakeCommands(Giver, SessionCommandKind.WantRecords);

        Say(_new.Authority());

        Assert.Empty(_probe.Swarm.Records(TestStream.Track));
        Assert.False(_probe.Swarm.OpenReader(2, _old.Records[1].Id, _probe.Now));
        var asked = Assert.Single(_probe.TakeCommands(Giver, SessionCommandKind.WantRecords));
        Assert.Equal(0ul, asked.Block.Segment.Sequence);
        Records(_new);
        AssertKnows(_new);
    }

    [Fact]
    public void What_was_asked_for_is_cancelled_and_comes_late_without_harm()
    {
        var asked = _probe.TakeCommands(Giver, SessionCommandKind.Request);
        Assert.NotEmpty(asked);

        Say(_new.Authority());

        var cancelled = _probe.TakeCommands(Giver, SessionCommandKind.Cancel);
        Assert.Equal(
            asked.Select(request => request.Request).Order(),
            cancelled.Select(cancel => cancel.Request).Order());
        foreach (var request in asked) _probe.Deliver(Giver, request);
        Assert.Equal(0, _probe.Swarm.Counters.BytesDelivered);
        Assert.Equal(asked.Sum(request => (long)request.Lease!.Length),
            _probe.Swarm.Counters.BytesWasted);
        Assert.Empty(_probe.TakeCommands(Giver, SessionCommandKind.Request));
    }

    /// <summary>To verify one takes a tenth of a millisecond.</summary>
    [Fact]
    public void An_old_catalog_may_come_now_and_then_and_not_over_and_over()
    {
        Say(_new.Authority());
        for (var i = 0; i < 100; i++) Say(_old.Authority());
        Assert.Empty(_probe.Take(SwarmEffectKind.Ban));

        for (var i = 0; i < 1000; i++) Say(_old.Authority());

        Assert.Single(_probe.Take(SwarmEffectKind.Ban));
    }

    [Fact]
    public void Leaf_lists_of_the_old_epoch_are_asked_for_no_more()
    {
        using var probe = new SwarmProbe(_old);
        probe.Swarm.Publish(_old.Authority(), probe.Now);
        probe.Swarm.Publish(_old.Batch(), _old.Records, [[], [], [], []], probe.Now);
        probe.Join(Giver);
        probe.Swarm.OpenReader(1, _old.Records[0].Id, probe.Now);
        probe.Pass(TimeSpan.FromSeconds(5));
        Assert.NotEmpty(probe.TakeCommands(Giver, SessionCommandKind.WantLeaves));

        probe.Swarm.Publish(_new.Authority(), probe.Now);
        probe.Pass(TimeSpan.FromSeconds(5));

        Assert.Empty(probe.TakeCommands(Giver, SessionCommandKind.WantLeaves));
    }

    [Fact]
    public void Readers_of_the_old_epoch_are_told_that_no_more_comes()
    {
        Say(_new.Authority());
        Assert.Equal(1u, Assert.Single(_probe.Take(SwarmEffectKind.ReaderEnded)).Number);
        _probe.Swarm.CloseReader(1);
    }

    [Fact]
    public void The_new_epoch_is_read_from_who_has_it_and_not_from_who_had_the_old_one()
    {
        Drop(_probe.TakeCommands(Giver, SessionCommandKind.Request));
        Learn(_new);
        Assert.True(_probe.Swarm.OpenReader(2, _new.Records[0].Id, _probe.Now));
        _probe.Turn();
        Assert.Empty(_probe.TakeCommands(Giver, SessionCommandKind.Request));

        Have(_new);
        Have(_old);

        _probe.DeliverAll(Giver);
        Assert.Equal(2u, Assert.Single(_probe.Take(SwarmEffectKind.ReaderCompleted)).Number);
        Assert.Equal(_new.Length, _probe.Swarm.Counters.BytesDelivered);
        Assert.Equal(0, _probe.Swarm.Counters.RejectedBlocks);
    }

    [Fact]
    public void Catalog_and_records_of_the_old_epoch_are_ignored_without_blame()
    {
        Drop(_probe.TakeCommands(Giver, SessionCommandKind.Request));
        Learn(_new);

        Say(_old.Authority());
        Records(_old);

        Assert.Equal(8u, _probe.Swarm.Authority!.Catalog.Epoch);
        AssertKnows(_new);
    }

    private void AssertKnows(TestStream stream) => Assert.Equal(
        stream.Records.Select(record => (record.Id, record.Root)),
        _probe.Swarm.Records(TestStream.Track).Select(record => (record.Id, record.Root)));

    private void Learn(TestStream stream)
    {
        Say(stream.Authority());
        _probe.Swarm.Records(TestStream.Track);
        _probe.Turn();
        Records(stream);
        foreach (var record in stream.Records)
            _probe.Say(Giver, new SessionEvent
            {
                Kind = SessionEventKind.Leaves,
                Channel = SwarmProbe.Channel,
                Block = new BlockId(record.Id, 0, 0),
                Payload = stream.Leaves(record.Id),
            });
    }

    private void Say(VerifiedAuthority authority) => _probe.Say(Giver, new SessionEvent
    {
        Kind = SessionEventKind.Authority,
        Channel = SwarmProbe.Channel,
        Payload = authority.Encoded,
    });

    private void Records(TestStream stream) => _probe.Say(Giver, new SessionEvent
    {
        Kind = SessionEventKind.Records,
        Channel = SwarmProbe.Channel,
        Block = new BlockId(new SegmentId(0, TestStream.Track, 0), 0, 0),
        Payload = stream.Batch().Encode(),
    });

    private void Have(TestStream stream) => _probe.Say(Giver, SessionEventKind.HaveSegments,
        new BlockId(stream.Records[0].Id, 0, 0), (uint)stream.Records.Count);

    private static void Drop(IReadOnlyList<SessionCommand> requests)
    {
        foreach (var request in requests) request.Lease!.Release();
    }
}
