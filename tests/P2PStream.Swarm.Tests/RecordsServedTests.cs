using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A crowd that comes at once asks for the same records: their batches are put together once.</summary>
public sealed class RecordsServedTests : IDisposable
{
    private readonly TestStream _stream = new(20 * 64, ContentLimits.BlockBytes, TimeSpan.FromSeconds(2));
    private readonly SwarmProbe _probe;

    public RecordsServedTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(1);
        _probe.Join(2);
    }

    public void Dispose()
    {
        _probe.Dispose();
        _stream.Dispose();
    }

    [Fact]
    public void Two_that_ask_for_the_same_are_given_the_same_bytes()
    {
        var first = Ask(1, sequence: 64);

        Assert.Equal(first, Ask(2, sequence: 65));
        Assert.Equal(64ul, Decode(first).First);
    }

    [Fact]
    public void However_many_batches_were_asked_for_each_is_the_right_one()
    {
        for (var round = 0; round < 2; round++)
            for (ulong batch = 0; batch < 20; batch++)
                Assert.Equal(batch * 64, Decode(Ask(1, batch * 64)).First);
    }

    [Fact]
    public void A_new_epoch_has_batches_of_its_own()
    {
        Ask(1, sequence: 0);
        using var next = new TestStream(64, ContentLimits.BlockBytes, TimeSpan.FromSeconds(2), epoch: 8);
        next.PublishTo(_probe.Swarm, _probe.Now);

        Assert.Equal(8u, Decode(Ask(1, sequence: 0)).Epoch);
    }

    private static RecordBatch Decode(ReadOnlyMemory<byte> encoded)
    {
        Assert.True(RecordBatch.TryDecode(encoded.Span, out var batch));
        return batch!;
    }

    private ReadOnlyMemory<byte> Ask(int peer, ulong sequence)
    {
        _probe.Say(peer, SessionEventKind.RecordsWanted,
            new BlockId(new SegmentId(0, TestStream.Track, sequence), 0, 0));
        return Assert.Single(_probe.TakeCommands(peer, SessionCommandKind.SendRecords)).Payload;
    }
}
