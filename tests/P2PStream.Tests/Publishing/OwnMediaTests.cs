using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>A publisher's own media is read with few open streams, however many viewers ask.</summary>
public sealed class OwnMediaTests
{
    private const int Blocks = 4;
    private const int Segments = 24;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new();
    private readonly Lock _lock = new();
    private int _opened;
    private int _open;
    private int _mostOpen;

    [Fact]
    public async Task The_blocks_of_a_segment_cost_one_stream()
    {
        await using var media = Media();
        for (var i = 0; i < Blocks; i++) await ReadAsync(media, 0, i);
        Assert.Equal(1, _opened);
    }

    [Fact]
    public async Task Eight_viewers_at_once_open_no_more_than_the_limit()
    {
        await using var media = Media();
        var reads = new List<Task>();
        for (var viewer = 0; viewer < 8; viewer++)
            for (var segment = 0; segment < Segments; segment++)
                for (var block = 0; block < Blocks; block++)
                    reads.Add(ReadAsync(media, segment, block));
        await Task.WhenAll(reads);
        Assert.InRange(_mostOpen, 2, OwnMedia.MostOpen);
    }

    [Fact]
    public async Task What_nobody_reads_any_more_is_closed()
    {
        await using var media = Media();
        await ReadAsync(media, 0, 0);
        Assert.Equal(1, _open);
        _clock.Advance(OwnMedia.IdleTime);
        await Nodes.UntilAsync(() => Volatile.Read(ref _open) == 0, "the idle stream is closed");
        await ReadAsync(media, 0, 1);
        Assert.Equal(2, _opened);
    }

    [Fact]
    public async Task A_source_that_has_become_shorter_is_told_and_not_kept_open()
    {
        await using var media = Media(Blocks * ContentLimits.BlockBytes - 1);
        await ReadAsync(media, 0, 0);
        Assert.Equal(BlockReadOutcome.Absent, await media.ReadAsync(
            Block(0, Blocks - 1), new byte[ContentLimits.BlockBytes], Cancelled));
        Assert.Equal(0, _open);
        Assert.Equal(BlockReadOutcome.Absent, await media.ReadAsync(
            Block(Segments, 0), new byte[ContentLimits.BlockBytes], Cancelled));
    }

    [Fact]
    public async Task A_source_that_cannot_be_opened_takes_no_place()
    {
        await using var media = new OwnMedia(_clock);
        var isBroken = true;
        foreach (var i in Enumerable.Range(0, Segments)) Add(media, i, () => isBroken
            ? throw new IOException("broken")
            : Open(i, Blocks * ContentLimits.BlockBytes));
        for (var i = 0; i < Segments; i++)
            await Assert.ThrowsAsync<IOException>(() => ReadAsync(media, i, 0));
        isBroken = false;
        for (var i = 0; i < Segments; i++) await ReadAsync(media, i, 0);
        Assert.Equal(OwnMedia.MostOpen, _open);
    }

    [Fact]
    public async Task Disposing_closes_all()
    {
        var media = Media();
        for (var i = 0; i < Segments; i++) await ReadAsync(media, i, 0);
        await media.DisposeAsync();
        Assert.Equal(0, _open);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync(media, 0, 0));
    }

    private OwnMedia Media(int length = Blocks * ContentLimits.BlockBytes)
    {
        var media = new OwnMedia(_clock);
        for (var i = 0; i < Segments; i++)
        {
            var number = i;
            Add(media, i, () => Open(number, length));
        }

        return media;
    }

    private static void Add(OwnMedia media, int number, Func<Stream> open) => media.Add(
        new SegmentRecord
        {
            Id = new SegmentId(1, 1, (ulong)number),
            Root = default,
            Parts = [new PartDigest(Blocks * ContentLimits.BlockBytes, default)],
            Start = default,
            Duration = default,
        },
        new SourceSegment
        {
            Track = 1,
            Sequence = (ulong)number,
            Start = default,
            Duration = default,
            Open = async _ =>
            {
                await Task.Yield();
                return open();
            },
        });

    private CountedStream Open(int number, int length)
    {
        lock (_lock)
        {
            _opened++;
            _mostOpen = Math.Max(_mostOpen, ++_open);
        }

        return new CountedStream(this, GeneratedSource.Bytes(1, (ulong)number, length));
    }

    private static BlockId Block(int segment, int index) =>
        new(new SegmentId(1, 1, (ulong)segment), 0, (ushort)index);

    private static async Task ReadAsync(OwnMedia media, int segment, int index)
    {
        var read = new byte[ContentLimits.BlockBytes];
        Assert.Equal(BlockReadOutcome.Read,
            await media.ReadAsync(Block(segment, index), read, Cancelled));
        var all = GeneratedSource.Bytes(1, (ulong)segment, (index + 1) * ContentLimits.BlockBytes);
        Assert.True(read.AsSpan().SequenceEqual(all.AsSpan(index * ContentLimits.BlockBytes)));
    }

    private sealed class CountedStream(OwnMediaTests test, byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await base.ReadAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            lock (test._lock) test._open--;
            base.Dispose(disposing);
        }
    }
}
