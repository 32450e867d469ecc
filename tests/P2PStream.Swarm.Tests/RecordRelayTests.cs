using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Records and leaf lists of a live stream go from viewer to viewer: its publisher tells a few.</summary>
public sealed class RecordRelayTests : IDisposable
{
    private const int Viewers = 40;

    /// <summary>Of segments as small as these a publisher tells so many.</summary>
    private const int Told = 6;

    private const int Publisher = 1;
    private const int Teller = 2;
    private const int Third = 3;
    private const int Fourth = 4;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(400);

    private readonly TestStream _stream =
        new(8, ContentLimits.BlockBytes - 100, TimeSpan.FromSeconds(2), hasOrigin: false);

    private SwarmProbe _probe = null!;

    public void Dispose()
    {
        _probe.Dispose();
        _stream.Dispose();
    }

    [Fact]
    public void A_publisher_tells_a_few_and_says_to_all_that_there_is_more()
    {
        Publish();

        var told = Offer(0);

        Assert.Equal(Told, told.Count);
        foreach (var peer in Enumerable.Range(1, Viewers))
        {
            Assert.Single(_probe.TakeCommands(peer, SessionCommandKind.HaveSegments));
            var leaves = _probe.TakeCommands(peer, SessionCommandKind.SendLeaves);
            Assert.Equal(told.Contains(peer) ? 1 : 0, leaves.Count);
        }
    }

    [Fact]
    public void It_tells_others_each_time()
    {
        Publish();
        var all = new SortedSet<int>();

        for (var segment = 0; segment < 8; segment++) all.UnionWith(Offer(segment));

        Assert.InRange(all.Count, 3 * Told, Viewers);
    }

    [Fact]
    public void Who_had_to_ask_is_told_the_next_time_but_not_only_such()
    {
        Publish();
        var missed = Enumerable.Range(1, Viewers).Except(Offer(0)).ToArray();

        foreach (var peer in missed[..Told])
            _probe.Say(peer, SessionEventKind.RecordsWanted, new BlockId(_stream.Records[0].Id, 0, 0));
        var told = Offer(1);

        Assert.Equal(Told, told.Count);
        Assert.InRange(told.Intersect(missed[..Told]).Count(), Told / 2, Told - 1);

        _probe.Pass(TimeSpan.FromSeconds(20));
        _probe.Say(missed[^1], SessionEventKind.RecordsWanted, new BlockId(_stream.Records[0].Id, 0, 0));
        for (var segment = 2; segment < 6; segment++) Assert.Contains(missed[^1], Offer(segment));
    }

    [Fact]
    public void A_viewer_tells_all_but_those_who_know()
    {
        Watch();
        _probe.Say(Third, SessionEventKind.Interest, Block(1), count: 2, (uint)InterestRole.Viewer);

        Tell(Teller, 2);

        Assert.Empty(_probe.TakeCommands(Teller, SessionCommandKind.SendRecords));
        Assert.Empty(_probe.TakeCommands(Third, SessionCommandKind.SendRecords));
        Assert.Single(_probe.TakeCommands(Fourth, SessionCommandKind.SendRecords));
    }

    [Fact]
    public void Of_a_batch_only_what_is_new_is_told_others_and_proven()
    {
        Watch();
        var batch = _stream.SignedBatch(0, 3);
        // Its record is known here, so that its proof is nothing to anybody.
        batch.Signatures[0][0] ^= 1;

        Receive(Teller, batch);
        _probe.Turn();

        Assert.Empty(_probe.Take(SwarmEffectKind.Ban));
        var told = Assert.Single(_probe.TakeCommands(Fourth, SessionCommandKind.SendRecords));
        Assert.True(RecordBatch.TryDecode(told.Payload.Span, out var passed));
        Assert.Equal((2ul, 1), (passed!.First, passed.Records.Count));
        Assert.Equal(_stream.Records.Take(3).Select(record => record.Id),
            _probe.Swarm.Records(TestStream.Track).Select(record => record.Id));
    }

    [Fact]
    public void Who_told_of_an_old_epoch_is_told_of_the_new_one()
    {
        using var next = new TestStream(
            3, ContentLimits.BlockBytes - 100, TimeSpan.FromSeconds(2), hasOrigin: false, epoch: 8);
        Watch();
        Tell(Teller, 2);
        _probe.Say(Publisher, new SessionEvent
        {
            Kind = SessionEventKind.Authority,
            Channel = SwarmProbe.Channel,
            Payload = next.Authority(isGrowing: true).Encoded,
        });
        Receive(Publisher, next.SignedBatch(0, 2));
        _probe.Turn();
        for (var peer = Publisher; peer <= Fourth; peer++)
            _probe.TakeCommands(peer, SessionCommandKind.SendRecords);

        Receive(Publisher, next.SignedBatch(2, 1));
        _probe.Turn();

        Assert.Single(_probe.TakeCommands(Teller, SessionCommandKind.SendRecords));
    }

    [Fact]
    public void Who_hears_of_a_segment_and_not_of_its_record_asks_who_has_it()
    {
        Watch();

        _probe.Say(Publisher, SessionEventKind.HaveSegments, Block(2));
        _probe.Pass(Short);
        Assert.Empty(_probe.TakeCommands(Publisher, SessionCommandKind.WantRecords));
        _probe.Pass(Short);

        var want = Assert.Single(_probe.TakeCommands(Publisher, SessionCommandKind.WantRecords));
        Assert.Equal(2ul, want.Block.Segment.Sequence);
        Assert.Empty(_probe.TakeCommands(Teller, SessionCommandKind.WantRecords));
    }

    [Fact]
    public void Who_has_been_told_in_time_asks_nobody()
    {
        Watch();
        _probe.Say(Publisher, SessionEventKind.HaveSegments, Block(2));
        _probe.Pass(Short);

        Tell(Teller, 2);
        _probe.Pass(Long);

        Assert.Empty(_probe.TakeCommands(Publisher, SessionCommandKind.WantRecords));
    }

    [Fact]
    public void Lists_are_asked_of_who_told_and_soon_of_the_publisher()
    {
        Watch();
        Tell(Teller, 2);

        Assert.Equal([2ul], AskedLists(Teller));
        Assert.Empty(AskedLists(Publisher));
        _probe.Pass(Long);

        Assert.Equal([2ul], AskedLists(Publisher));
    }

    [Fact]
    public void A_list_that_a_publisher_tells_unasked_is_asked_of_nobody()
    {
        Watch();
        Receive(Publisher, 2);
        Give(Publisher, 2, _stream.Leaves(_stream.Records[2].Id));
        _probe.Pass(Long);

        foreach (var peer in Enumerable.Range(1, Fourth)) Assert.Empty(AskedLists(peer));
    }

    [Fact]
    public void A_list_told_unasked_must_be_true()
    {
        Watch();
        Receive(Publisher, 2);
        Give(Publisher, 2, new byte[Hash256.Size]);

        Assert.Equal(Publisher, Assert.Single(_probe.Take(SwarmEffectKind.Ban)).Peer);
    }

    [Fact]
    public void Who_asks_for_a_list_that_is_on_its_way_is_given_it_when_it_comes()
    {
        Watch();
        Tell(Teller, 2);

        _probe.Say(Third, SessionEventKind.LeavesWanted, Block(2));
        Assert.Empty(_probe.TakeCommands(Third, SessionCommandKind.SendLeaves));
        Give(Teller, 2, _stream.Leaves(_stream.Records[2].Id));

        var given = Assert.Single(_probe.TakeCommands(Third, SessionCommandKind.SendLeaves));
        Assert.Equal(_stream.Leaves(_stream.Records[2].Id), given.Payload.ToArray());
    }

    private void Publish()
    {
        _probe = new SwarmProbe(_stream, isViewer: false, servesMedia: true);
        _probe.Swarm.Publish(_stream.Authority(isGrowing: true), _probe.Now);
        for (var peer = 1; peer <= Viewers; peer++)
        {
            _probe.Join(peer);
            _probe.Say(peer, SessionEventKind.Interest, Block(0), count: 1, (uint)InterestRole.Viewer);
        }
    }

    /// <returns>Who was told.</returns>
    private SortedSet<int> Offer(int segment)
    {
        var id = _stream.Records[segment].Id;
        _probe.Swarm.Publish(_stream.SignedBatch(segment, 1), [_stream.Records[segment]],
            [[_stream.Leaves(id)]], _probe.Now);
        _probe.Turn();
        return [.. Enumerable.Range(1, Viewers).Where(
            peer => _probe.TakeCommands(peer, SessionCommandKind.SendRecords)
                .Any(told => told.Block.Segment.Sequence == (ulong)segment))];
    }

    /// <summary>Knows the first two segments and reads them; has a publisher and three viewers.</summary>
    private void Watch()
    {
        _probe = new SwarmProbe(_stream);
        for (var peer = Publisher; peer <= Fourth; peer++)
        {
            _probe.Join(peer);
            _probe.Say(peer, SessionEventKind.Interest, new BlockId(new SegmentId(7, 0, 0), 0, 0), count: 0,
                (uint)(peer == Publisher ? InterestRole.None : InterestRole.Viewer));
        }

        _probe.Say(Publisher, new SessionEvent
        {
            Kind = SessionEventKind.Authority,
            Channel = SwarmProbe.Channel,
            Payload = _stream.Authority(isGrowing: true).Encoded,
        });
        _probe.Swarm.Records(TestStream.Track);
        _probe.Turn();
        Receive(Publisher, 0, count: 2);
        _probe.Swarm.OpenReader(1, _stream.Records[0].Id, _probe.Now);
        _probe.Turn();
        foreach (var segment in new[] { 0, 1 })
            Give(Publisher, segment, _stream.Leaves(_stream.Records[segment].Id));
        _probe.Pass(Long);
        for (var peer = Publisher; peer <= Fourth; peer++)
        {
            _probe.TakeCommands(peer, SessionCommandKind.WantRecords);
            _probe.TakeCommands(peer, SessionCommandKind.SendRecords);
            AskedLists(peer);
        }
    }

    private void Tell(int peer, int segment)
    {
        Receive(peer, segment);
        _probe.Turn();
    }

    /// <summary>Before the swarm's next turn, as what comes in one flight.</summary>
    private void Receive(int peer, int segment, int count = 1) =>
        Receive(peer, _stream.SignedBatch(segment, count));

    private void Receive(int peer, RecordBatch batch) => _probe.Swarm.Receive(peer, new SessionEvent
    {
        Kind = SessionEventKind.Records,
        Channel = SwarmProbe.Channel,
        Block = Block((int)batch.First),
        Payload = batch.Encode(),
    }, _probe.Now);

    private void Give(int peer, int segment, byte[] leaves) => _probe.Say(peer, new SessionEvent
    {
        Kind = SessionEventKind.Leaves,
        Channel = SwarmProbe.Channel,
        Block = Block(segment),
        Payload = leaves,
    });

    private ulong[] AskedLists(int peer) =>
        [.. _probe.TakeCommands(peer, SessionCommandKind.WantLeaves).Select(want => want.Block.Segment.Sequence)];

    private BlockId Block(int segment) => new(_stream.Records[segment].Id, 0, 0);
}
