using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A player that jumps while it is still being given what it left.</summary>
public sealed class SeekTests : IDisposable
{
    private const int Giver = 1;
    private const int Blocks = 16;

    private readonly TestStream _stream =
        new(12, (Blocks - 1) * ContentLimits.BlockBytes + 100, TimeSpan.FromSeconds(2));

    private readonly SwarmProbe _probe;

    public SeekTests()
    {
        // Two segments are fetched ahead, so that a jump leaves what the lane holds.
        _probe = new SwarmProbe(_stream, poolBlocks: 6 * Blocks);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        _probe.Say(Giver, SessionEventKind.HaveSegments,
            new BlockId(_stream.Records[0].Id, 0, 0), (uint)_stream.Records.Count);
    }

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(9, 0)]
    public void Both_the_old_reader_and_the_new_one_get_all_they_read(int from, int to)
    {
        Open(1, from);
        foreach (var request in Requests().Take(4)) _probe.Deliver(Giver, request);

        Open(2, to);
        DeliverAll();

        uint[] completed =
            [.. _probe.Take(SwarmEffectKind.ReaderCompleted).Select(done => done.Number).Order()];
        Assert.Equal([1, 2], completed);
        var given = _probe.Take(SwarmEffectKind.ReaderBlock);
        Assert.Equal(_stream.Records[from].Length, Given(given, 1));
        Assert.Equal(_stream.Records[to].Length, Given(given, 2));
        foreach (var effect in given) effect.Lease!.Release();
    }

    [Fact]
    public void What_a_closed_reader_left_is_asked_for_no_more()
    {
        Open(1, 0);
        _probe.Swarm.CloseReader(1);
        var before = _probe.TakeCommands(Giver, SessionCommandKind.Request);
        Assert.NotEmpty(before);

        Open(2, 9);

        Assert.All(_probe.TakeCommands(Giver, SessionCommandKind.Cancel),
            cancel => Assert.InRange(cancel.Block.Segment.Sequence, 0ul, 3ul));
        foreach (var request in before) request.Lease!.Release();
        var asked = _probe.TakeCommands(Giver, SessionCommandKind.Request);
        Assert.NotEmpty(asked);
        Assert.All(asked, request => Assert.True(request.Block.Segment.Sequence >= 9));
        foreach (var request in asked) request.Lease!.Release();
    }

    private void Open(uint reader, int segment)
    {
        Assert.True(_probe.Swarm.OpenReader(reader, _stream.Records[segment].Id, _probe.Now));
        _probe.Turn();
    }

    /// <summary>Takes the requests; those not delivered are asked for again when they have stalled.</summary>
    private IReadOnlyList<SessionCommand> Requests()
    {
        var requests = _probe.TakeCommands(Giver, SessionCommandKind.Request);
        foreach (var request in requests.Skip(4)) request.Lease!.Release();
        return requests;
    }

    private void DeliverAll()
    {
        for (var i = 0; i < 100; i++)
        {
            _probe.DeliverAll(Giver);
            _probe.Pass(TimeSpan.FromMilliseconds(100));
        }
    }

    private static long Given(IReadOnlyList<SwarmEffect> given, uint reader) =>
        given.Where(effect => effect.Number == reader).Sum(effect => (long)effect.Lease!.Length);
}
