using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Records are asked for until they are known, and no longer.</summary>
public sealed class RecordsAskedTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly TestStream _stream = new(128, ContentLimits.BlockBytes, TimeSpan.FromSeconds(2));
    private readonly SwarmProbe _probe;

    public RecordsAskedTests()
    {
        _probe = new SwarmProbe(_stream);
        _probe.Join(1);
        _probe.Join(2);
    }

    public void Dispose()
    {
        _probe.Dispose();
        _stream.Dispose();
    }

    /// <summary>A host that has just heard of the catalog waits for nothing but a round trip.</summary>
    [Fact]
    public void A_track_that_the_host_wants_is_asked_for_at_once()
    {
        _probe.Say(1, new SessionEvent
        {
            Kind = SessionEventKind.Authority,
            Channel = SwarmProbe.Channel,
            Payload = _stream.Authority().Encoded,
        });

        _probe.Swarm.Records(TestStream.Track);
        _probe.Turn();

        Assert.Equal([0ul, 64ul], Asked(1));
    }

    [Fact]
    public void What_a_peer_leaves_out_is_asked_of_another()
    {
        Learn(_stream.Authority());
        Assert.Equal([0ul, 64ul], Asked(1));
        Give(1, asked: 64, _stream.Batch(first: 64, count: 64));

        Give(1, asked: 0, _stream.Batch(first: 0, count: 1));
        _probe.Pass(Patience);

        Assert.Equal([0ul], Asked(2));
        Give(2, asked: 0, _stream.Batch(first: 0, count: 64));
        Assert.Equal(128, _probe.Swarm.Records(TestStream.Track).Count);
    }

    [Fact]
    public void What_came_meanwhile_is_asked_for_no_more()
    {
        Learn(_stream.Authority(isGrowing: true));
        Give(1, asked: 0, _stream.SignedBatch(first: 0, count: 64));
        Assert.Equal([0ul, 64ul], Asked(1));
        Give(2, asked: 60, _stream.SignedBatch(first: 60, count: 10));

        Give(1, asked: 64, _stream.SignedBatch(first: 64, count: 6));
        _probe.Pass(Patience);

        Assert.DoesNotContain(64ul, Asked(1));
        Assert.DoesNotContain(64ul, Asked(2));
    }

    [Fact]
    public void Nobody_is_asked_for_what_an_ended_track_never_had()
    {
        Learn(_stream.Authority(isGrowing: true));
        Give(1, asked: 0, _stream.SignedBatch(first: 0, count: 64));
        Give(1, asked: 64, _stream.SignedBatch(first: 64, count: 64));
        Assert.Equal([0ul, 64ul, 128ul], Asked(1));

        Say(_stream.Authority());
        _probe.Pass(Patience);

        Assert.Empty(Asked(1));
        Assert.Empty(Asked(2));
    }

    private void Learn(VerifiedAuthority authority)
    {
        Say(authority);
        _probe.Swarm.Records(TestStream.Track);
        _probe.Pass(TimeSpan.FromMilliseconds(100));
    }

    private void Say(VerifiedAuthority authority) => _probe.Say(1, new SessionEvent
    {
        Kind = SessionEventKind.Authority,
        Channel = SwarmProbe.Channel,
        Payload = authority.Encoded,
    });

    private void Give(int peer, ulong asked, RecordBatch batch) => _probe.Say(peer, new SessionEvent
    {
        Kind = SessionEventKind.Records,
        Channel = SwarmProbe.Channel,
        Block = new BlockId(new SegmentId(0, TestStream.Track, asked), 0, 0),
        Payload = batch.Encode(),
    });

    private IEnumerable<ulong> Asked(int peer) =>
        _probe.TakeCommands(peer, SessionCommandKind.WantRecords).Select(want => want.Block.Segment.Sequence);
}
