using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>A segment that is too large is said to be, at the publisher and at the viewer.</summary>
public sealed class SegmentSizeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_publisher_refuses_a_segment_above_the_limit()
    {
        var problem = await Assert.ThrowsAsync<StreamSourceException>(
            () => HashAsync(ContentLimits.SegmentBytes + 1));

        Assert.Equal(
            "Segment 5 of track 3 is larger than 1024 MiB: cut the media into shorter segments.",
            problem.Message);
    }

    [Fact]
    public async Task A_segment_of_several_parts_is_published()
    {
        var hashed = await HashAsync(ContentLimits.PartBytes + 1L);

        Assert.Equal([ContentLimits.PartBytes, 1], hashed.Record.Parts.Select(part => part.Length));
    }

    [Fact]
    public async Task A_reader_of_a_segment_that_memory_cannot_hold_is_told_so_at_once()
    {
        await using var publisher = await StreamNode.StartAsync(Nodes.Tcp(), Token);
        var options = Nodes.Tcp();
        options.MemoryBytes = 4 << 20;
        await using var viewer = await StreamNode.StartAsync(options, Token);
        await using var published = await Nodes.PublishAsync(
            publisher, new GeneratedSource(2, 3_200_000, TimeSpan.FromSeconds(2)));
        await using var watched = await viewer.WatchAsync(published.Link, null, Token);

        var problem = await Assert.ThrowsAsync<IOException>(() => Nodes.PlayAsync(watched));

        Assert.Equal("Segment 0 of track 1 has 3.1 MiB; this node's memory for media (MemoryBytes) "
            + "lets it read 3 MiB at once.", problem.Message);
    }

    private static Task<HashedSegment> HashAsync(long length) => SegmentHasher.HashAsync(
        new SourceSegment
        {
            Track = 3,
            Sequence = 5,
            Start = TimeSpan.Zero,
            Duration = TimeSpan.FromSeconds(2),
            Open = _ => ValueTask.FromResult<Stream>(new Zeros(length)),
        }, epoch: 1, publishedAt: 0, Token);

    /// <summary>So many zeros, without the memory for them.</summary>
    private sealed class Zeros(long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var take = (int)Math.Min(buffer.Length, length - _position);
            _position += take;
            return ValueTask.FromResult(take);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
