using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A part whose leaf list is not known is proven by all of its blocks together, or refuted: then nobody can
/// tell which of them are wrong.</summary>
public sealed class UnprovenPartTests : IDisposable
{
    private const int Blocks = 4;

    private readonly TestStream _stream =
        new(40, segmentBytes: 0, TimeSpan.FromSeconds(2), hasOrigin: false,
            sizes: [.. Enumerable.Repeat(Blocks * ContentLimits.BlockBytes, 40)]);

    private readonly SwarmProbe _probe;

    public UnprovenPartTests()
    {
        _probe = new SwarmProbe(_stream);
        _probe.Join(1);
        _probe.Join(2);
    }

    private SegmentId Segment => _stream.Records[0].Id;

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Of_two_that_gave_it_neither_is_blamed(int liar)
    {
        _stream.PublishRecordsTo(_probe.Swarm, _probe.Now);
        Open();
        Has(peer: 1, first: 0, count: 2);
        Has(peer: 2, first: 2, count: 2);

        Give(peer: 1, isLie: liar == 1);
        Give(peer: 2, isLie: liar == 2);

        Assert.Equal(Blocks, _probe.Swarm.Counters.RejectedBlocks);
        Assert.Empty(_probe.Take(SwarmEffectKind.Ban));
    }

    [Fact]
    public void Who_gave_all_of_it_lied()
    {
        _stream.PublishRecordsTo(_probe.Swarm, _probe.Now);
        Open();
        Has(peer: 1, first: 0, count: Blocks);

        Give(peer: 1, isLie: true, Blocks);

        Assert.Equal(Blocks, _probe.Swarm.Counters.RejectedBlocks);
        Assert.All(_probe.Take(SwarmEffectKind.Ban), ban => Assert.Equal(1, ban.Peer));
    }

    /// <summary>A leaf list that is not needed goes when there are too many; the blocks that it proved stay.</summary>
    [Fact]
    public void Blocks_that_were_proven_before_their_list_was_forgotten_do_not_refute_the_rest()
    {
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        Open();
        Has(peer: 1, first: 0, count: 2);
        Give(peer: 1, isLie: false);
        _probe.Swarm.CloseReader(1);
        Open(_stream.Records[^1].Id);
        Forget();
        Open();
        Assert.Contains(_probe.TakeCommands(2, SessionCommandKind.WantLeaves), want => want.Block.Segment == Segment);
        Has(peer: 1, first: 2, count: 2);

        Give(peer: 1, isLie: false);
        Assert.Equal(0, _probe.Swarm.Counters.RejectedBlocks);
        Assert.Empty(_probe.Take(SwarmEffectKind.Ban));
        _probe.Say(1, new SessionEvent
        {
            Kind = SessionEventKind.Leaves,
            Channel = SwarmProbe.Channel,
            Block = new BlockId(Segment, 0, 0),
            Payload = _stream.LeavesOf(Segment),
        });

        Assert.Equal(_stream.Records[0].Length, _probe.Swarm.Counters.BytesDelivered);
    }

    /// <summary>More leaf lists than a viewer keeps.</summary>
    private void Forget()
    {
        var list = new byte[ContentLimits.BlocksPerPart * Hash256.Size];
        for (var i = 0ul; i < 256; i++)
            _probe.Swarm.SegmentStored(new SegmentId(Segment.Epoch, TestStream.TextTrack, i), [list]);
    }

    private void Open(SegmentId? segment = null)
    {
        Assert.True(_probe.Swarm.OpenReader(1, segment ?? Segment, _probe.Now));
        _probe.Turn();
    }

    private void Has(int peer, ushort first, uint count) =>
        _probe.Say(peer, SessionEventKind.HaveBlocks, new BlockId(Segment, 0, first), count);

    /// <summary>Answers what it is asked for, and nothing that it is then asked for again.</summary>
    private void Give(int peer, bool isLie, int blocks = 2)
    {
        _probe.GivesZeros = isLie;
        for (var given = 0; given < blocks;)
        {
            var requests = _probe.TakeCommands(peer, SessionCommandKind.Request);
            Assert.InRange(requests.Count, 1, blocks - given);
            foreach (var request in requests) _probe.Deliver(peer, request);
            given += requests.Count;
        }

        _probe.GivesZeros = false;
    }
}
