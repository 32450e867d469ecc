using P2PStream.Protocol;

namespace P2PStream.Testing;

/// <summary>Reading, writing, removing, and a store that is full.</summary>
internal static class BlockStoreCases
{
    /// <summary>Blocks that a case's store has room for.</summary>
    private const int Room = 8;

    /// <summary>Threads of the case with many.</summary>
    private const int Writers = 4;

    public const long Capacity = Room * ContentLimits.BlockBytes;

    public static IEnumerable<(string Name, Func<IBlockStore, CancellationToken, Task> Run)> All =>
    [
        ("an empty store has nothing", EmptyAsync),
        ("what was written is read", WrittenIsReadAsync),
        ("a short block is read at its own length only", ShortBlockAsync),
        ("the bytes written are copied", CopiedAsync),
        ("a block that is there is replaced", ReplacedAsync),
        ("epoch, track, sequence, part and index all tell blocks apart", DistinctAsync),
        ("a removed segment is gone and no other", RemovedAsync),
        ("removing what is absent does nothing", RemovedAbsentAsync),
        ("a full store refuses and keeps what it has", FullAsync),
        ("removing makes room", RoomAgainAsync),
        ("a cancelled call gives up or completes", CancelledAsync),
        ("many writers and readers at once", ManyAsync),
        ("a disposed store says so", DisposedAsync),
    ];

    private static async Task EmptyAsync(IBlockStore store, CancellationToken cancellationToken) =>
        Require.That(!await HasAsync(store, Block(0), 100, cancellationToken).ConfigureAwait(false),
            "A store has no block that was never written.");

    private static async Task WrittenIsReadAsync(
        IBlockStore store, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 3; i++)
            await WriteAsync(store, Block(i), i, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < 3; i++)
            await ReadAsync(store, Block(i), i, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ShortBlockAsync(
        IBlockStore store, CancellationToken cancellationToken)
    {
        var bytes = LinkPair.Pattern(77, seed: 5);
        Require.That(
            await store.TryWriteAsync(Block(0), bytes, cancellationToken).ConfigureAwait(false),
            "An empty store has room for a block.");
        foreach (var other in (int[])[76, 78, ContentLimits.BlockBytes])
            Require.That(
                !await HasAsync(store, Block(0), other, cancellationToken).ConfigureAwait(false),
                "A block is not read at another length than its own.");
        Require.That(await HasAsync(store, Block(0), 77, cancellationToken).ConfigureAwait(false),
            "A short block is read at its length.");
    }

    private static async Task CopiedAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        var bytes = Bytes(1);
        await store.TryWriteAsync(Block(1), bytes, cancellationToken).ConfigureAwait(false);
        Array.Clear(bytes);
        await ReadAsync(store, Block(1), 1, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ReplacedAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        // More often than there is room for: a replaced block's room is used again.
        for (var i = 0; i < Room * 3; i++)
            await WriteAsync(store, Block(0), i, cancellationToken).ConfigureAwait(false);
        await ReadAsync(store, Block(0), Room * 3 - 1, cancellationToken).ConfigureAwait(false);
    }

    private static async Task DistinctAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        BlockId[] blocks =
        [
            new(new SegmentId(1, 1, 1), 1, 1), new(new SegmentId(2, 1, 1), 1, 1),
            new(new SegmentId(1, 2, 1), 1, 1), new(new SegmentId(1, 1, 2), 1, 1),
            new(new SegmentId(1, 1, 1), 2, 1), new(new SegmentId(1, 1, 1), 1, 2),
        ];
        for (var i = 0; i < blocks.Length; i++)
            await WriteAsync(store, blocks[i], i, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < blocks.Length; i++)
            await ReadAsync(store, blocks[i], i, cancellationToken).ConfigureAwait(false);
    }

    private static async Task RemovedAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        for (var i = 0; i < 3; i++)
        {
            await WriteAsync(store, Block(i, sequence: 1), i, cancellationToken)
                .ConfigureAwait(false);
            await WriteAsync(store, Block(i, sequence: 2), i + 3, cancellationToken)
                .ConfigureAwait(false);
        }

        await store.RemoveAsync(Block(0, sequence: 1).Segment, cancellationToken)
            .ConfigureAwait(false);
        for (var i = 0; i < 3; i++)
        {
            Require.That(
                !await HasAsync(store, Block(i, sequence: 1), ContentLimits.BlockBytes,
                    cancellationToken).ConfigureAwait(false),
                "No block of a removed segment is left.");
            await ReadAsync(store, Block(i, sequence: 2), i + 3, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private static async Task RemovedAbsentAsync(
        IBlockStore store, CancellationToken cancellationToken)
    {
        await store.RemoveAsync(Block(0).Segment, cancellationToken).ConfigureAwait(false);
        await WriteAsync(store, Block(0), 0, cancellationToken).ConfigureAwait(false);
        await store.RemoveAsync(Block(0).Segment, cancellationToken).ConfigureAwait(false);
        await store.RemoveAsync(Block(0).Segment, cancellationToken).ConfigureAwait(false);
    }

    private static async Task FullAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        var held = await FillAsync(store, cancellationToken).ConfigureAwait(false);
        Require.That(
            !await HasAsync(store, Block(held), ContentLimits.BlockBytes, cancellationToken)
                .ConfigureAwait(false),
            "Of a block that was refused nothing is kept.");
        for (var i = 0; i < held; i++)
            await ReadAsync(store, Block(i), i, cancellationToken).ConfigureAwait(false);
    }

    private static async Task RoomAgainAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        await FillAsync(store, cancellationToken).ConfigureAwait(false);
        await store.RemoveAsync(Block(0).Segment, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < Room; i++)
            await WriteAsync(store, Block(i, sequence: 9), i, cancellationToken)
                .ConfigureAwait(false);
    }

    private static async Task CancelledAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync().ConfigureAwait(false);
        try
        {
            await store.TryWriteAsync(Block(0), Bytes(0), cancelled.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It gave up, as it may.
        }

        await WriteAsync(store, Block(0), 1, cancellationToken).ConfigureAwait(false);
        await ReadAsync(store, Block(0), 1, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ManyAsync(IBlockStore store, CancellationToken cancellationToken) =>
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var block = Block(0, sequence: (ulong)writer);
            for (var i = 0; i < 50; i++)
            {
                await WriteAsync(store, block, writer * 100 + i, cancellationToken)
                    .ConfigureAwait(false);
                await ReadAsync(store, block, writer * 100 + i, cancellationToken)
                    .ConfigureAwait(false);
                if (i % 10 == 9)
                    await store.RemoveAsync(block.Segment, cancellationToken)
                        .ConfigureAwait(false);
            }
        }, cancellationToken))).ConfigureAwait(false);

    private static async Task DisposedAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        await WriteAsync(store, Block(0), 0, cancellationToken).ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
        await Require.ThrowsAsync<ObjectDisposedException>(
            () => store.TryReadAsync(Block(0), Bytes(0), cancellationToken).AsTask(),
            "Reading from a disposed store is an ObjectDisposedException.").ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Writes until the store refuses.</summary>
    /// <returns>How many blocks it holds.</returns>
    private static async Task<int> FillAsync(IBlockStore store, CancellationToken cancellationToken)
    {
        var held = 0;
        while (await store.TryWriteAsync(Block(held), Bytes(held), cancellationToken)
            .ConfigureAwait(false))
        {
            held++;
            Require.That(held <= Room, "A store holds no more than it has room for.");
        }

        Require.That(held == Room, $"A store has the room it was given; it refused block {held}.");
        return held;
    }

    private static BlockId Block(int index, ulong sequence = 0) =>
        new(new SegmentId(1, 1, sequence), 0, (ushort)index);

    private static byte[] Bytes(int seed) => LinkPair.Pattern(ContentLimits.BlockBytes, seed);

    private static async Task WriteAsync(
        IBlockStore store, BlockId block, int seed, CancellationToken cancellationToken) =>
        Require.That(await store.TryWriteAsync(block, Bytes(seed), cancellationToken)
            .ConfigureAwait(false), "A store with room keeps a block.");

    private static async Task ReadAsync(
        IBlockStore store, BlockId block, int seed, CancellationToken cancellationToken)
    {
        var read = new byte[ContentLimits.BlockBytes];
        Require.That(
            await store.TryReadAsync(block, read, cancellationToken).ConfigureAwait(false),
            "A block that was written is there.");
        Require.That(read.AsSpan().SequenceEqual(Bytes(seed)),
            "A block has the bytes that were written last.");
    }

    private static async Task<bool> HasAsync(
        IBlockStore store, BlockId block, int length, CancellationToken cancellationToken) =>
        await store.TryReadAsync(block, new byte[length], cancellationToken).ConfigureAwait(false);
}
