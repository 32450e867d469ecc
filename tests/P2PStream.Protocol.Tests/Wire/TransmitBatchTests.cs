namespace P2PStream.Protocol.Tests;

/// <summary>What a link keeps of what it wrote.</summary>
public sealed class TransmitBatchTests
{
    private readonly TransmitBatch _batch = new();

    [Fact]
    public void A_batch_that_held_many_bytes_keeps_none_of_their_memory()
    {
        var room = _batch.GetMemory().Length;
        Write(100_000);

        _batch.Clear();

        Assert.Equal(room, _batch.GetMemory().Length);
    }

    [Fact]
    public void Bytes_stay_as_they_were_written_while_it_grows()
    {
        for (var i = 0; i < 20_000; i++) Write(1, (byte)i);

        var written = _batch.GetSegment(0).Span;
        Assert.Equal(20_000, written.Length);
        for (var i = 0; i < written.Length; i++) Assert.Equal((byte)i, written[i]);
    }

    private void Write(int bytes, byte value = 0)
    {
        _batch.GetSpan(bytes)[..bytes].Fill(value);
        _batch.Advance(bytes);
    }
}
