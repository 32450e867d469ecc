using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>What a store on disk promises beyond the contract: restarts, damage, a disk that fails.</summary>
public sealed class DiskBlockStoreTests : IDisposable
{
    private const long Capacity = 64L << 20;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Folder => _folder["store"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_stored_survives_a_restart_in_the_order_of_use()
    {
        BlockId[] blocks =
        [
            new(new SegmentId(1, 1, 5), 0, 0), new(new SegmentId(1, 1, 5), 0, 1),
            new(new SegmentId(1, 1, 5), 1, 0), new(new SegmentId(uint.MaxValue, 65535, ulong.MaxValue), 3, 9),
        ];
        int[] lengths = [ContentLimits.BlockBytes, 100, 77, 1];
        await using (var store = DiskBlockStore.Open(Folder, Capacity))
        {
            for (var i = 0; i < blocks.Length; i++) await WriteAsync(store, blocks[i], i, lengths[i]);
            Assert.Equal(lengths.Sum(), store.Bytes);
        }

        await using var again = DiskBlockStore.Open(Folder, Capacity);
        Assert.Equal([blocks[0].Segment, blocks[3].Segment], await again.ListAsync(Cancelled));
        for (var i = 0; i < blocks.Length; i++)
            Assert.True(await ReadAsync(again, blocks[i], i, lengths[i]));
        Assert.Equal(lengths.Sum(), again.Bytes);
        await again.RemoveAsync(blocks[0].Segment, Cancelled);
        Assert.Equal(1, again.Bytes);
        Assert.Equal([blocks[3].Segment], await again.ListAsync(Cancelled));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(16)]
    [InlineData(9000)]
    [InlineData(16399)]
    public async Task An_altered_byte_is_noticed_and_costs_one_block(int at)
    {
        await FillAsync(Segment(0), 3);
        var file = Assert.Single(Directory.GetFiles(Folder, "*.blocks"));
        await using (var stream = File.Open(file, FileMode.Open))
        {
            // The second of three slots, each a head of 16 bytes and a block.
            stream.Position = 16400 + at;
            var old = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(old ^ 1));
        }

        await using var store = DiskBlockStore.Open(Folder, Capacity);
        Assert.True(await ReadAsync(store, Block(0, 0), 0));
        Assert.False(await ReadAsync(store, Block(0, 1), 1));
        Assert.True(await ReadAsync(store, Block(0, 2), 2));

        // Under another block's name its place is occupied until that block is read.
        if (at == 5) return;
        Assert.Equal(2 * ContentLimits.BlockBytes, store.Bytes);
        await WriteAsync(store, Block(0, 1), 9);
        Assert.True(await ReadAsync(store, Block(0, 1), 9));
        Assert.Equal(3 * 16400, new FileInfo(file).Length);
    }

    [Fact]
    public async Task A_file_that_was_cut_off_or_deleted_costs_its_blocks_only()
    {
        await FillAsync(Segment(0), 3);
        await FillAsync(Segment(1), 3);
        var files = Directory.GetFiles(Folder, "*.blocks").Order().ToArray();
        await using (var stream = File.Open(files[0], FileMode.Open)) stream.SetLength(2 * 16400 + 500);
        await using var store = DiskBlockStore.Open(Folder, Capacity);
        File.Delete(files[1]);

        Assert.True(await ReadAsync(store, Block(0, 1), 1));
        Assert.False(await ReadAsync(store, Block(0, 2), 2));
        Assert.False(await ReadAsync(store, Block(1, 0), 0));
        Assert.Equal(2 * ContentLimits.BlockBytes, store.Bytes);
        Assert.Equal([Segment(0)], await store.ListAsync(Cancelled));
        await WriteAsync(store, Block(1, 0), 7);
        Assert.True(await ReadAsync(store, Block(1, 0), 7));
    }

    [Fact]
    public async Task A_folder_that_vanishes_is_told_and_is_no_end()
    {
        await using var store = DiskBlockStore.Open(Folder, Capacity);
        await WriteAsync(store, Block(0, 0), 0);
        Directory.Delete(Folder, recursive: true);
        await File.WriteAllTextAsync(Folder, "no folder", Cancelled);

        await Assert.ThrowsAnyAsync<IOException>(
            () => store.TryWriteAsync(Block(5, 0), Bytes(0), Cancelled).AsTask());
        Assert.Equal(DiskStoreStatus.NotAccessible, store.Status);
        Assert.False(await ReadAsync(store, Block(5, 0), 0));

        File.Delete(Folder);
        await WriteAsync(store, Block(6, 0), 6);
        Assert.True(await ReadAsync(store, Block(6, 0), 6));
        Assert.Equal(DiskStoreStatus.Working, store.Status);
    }

    [Fact]
    public async Task A_smaller_budget_refuses_until_enough_is_removed()
    {
        for (var i = 0; i < 4; i++) await FillAsync(Segment(i), 2);
        await using var store = DiskBlockStore.Open(Folder, 4 * ContentLimits.BlockBytes);
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await store.TryWriteAsync(Block(9, 0), Bytes(0), Cancelled));
            await store.RemoveAsync(Segment(i), Cancelled);
        }

        await WriteAsync(store, Block(9, 0), 0);
    }

    [Fact]
    public async Task More_files_than_may_be_open_are_read_and_written()
    {
        await using var store = DiskBlockStore.Open(Folder, Capacity);
        for (var round = 0; round < 2; round++)
            for (var i = 0; i < 150; i++) await WriteAsync(store, Block(i, round), i + round);
        for (var i = 0; i < 150; i++) Assert.True(await ReadAsync(store, Block(i, 1), i + 1));
        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => Task.Run(
            async () => Assert.True(await ReadAsync(store, Block(i % 150, 0), i % 150)), Cancelled)));
    }

    [Fact]
    public async Task One_folder_is_one_stores_and_other_files_in_it_are_not_touched()
    {
        Directory.CreateDirectory(Folder);
        var other = Path.Combine(Folder, "holiday.blocks");
        await File.WriteAllTextAsync(other, "mine", Cancelled);
        await using var store = DiskBlockStore.Open(Folder, Capacity);
        Assert.Empty(await store.ListAsync(Cancelled));
        Assert.Throws<IOException>(() => DiskBlockStore.Open(Folder, Capacity));
        Assert.ThrowsAny<IOException>(() => DiskBlockStore.Open(other, Capacity));
        Assert.Equal("mine", await File.ReadAllTextAsync(other, Cancelled));
    }

    private async Task FillAsync(SegmentId segment, int blocks)
    {
        await using var store = DiskBlockStore.Open(Folder, Capacity);
        for (var i = 0; i < blocks; i++)
            await WriteAsync(store, new BlockId(segment, 0, (ushort)i), i);
    }

    private static SegmentId Segment(int number) => new(1, 1, (ulong)number);

    private static BlockId Block(int segment, int index) => new(Segment(segment), 0, (ushort)index);

    private static byte[] Bytes(int seed, int length = ContentLimits.BlockBytes) =>
        GeneratedSource.Bytes(3, (ulong)seed, length);

    private static async Task WriteAsync(
        DiskBlockStore store, BlockId block, int seed, int length = ContentLimits.BlockBytes) =>
        Assert.True(await store.TryWriteAsync(block, Bytes(seed, length), Cancelled));

    private static async Task<bool> ReadAsync(
        DiskBlockStore store, BlockId block, int seed, int length = ContentLimits.BlockBytes)
    {
        var read = new byte[length];
        if (!await store.TryReadAsync(block, read, Cancelled)) return false;
        Assert.Equal(Bytes(seed, length), read);
        return true;
    }
}
