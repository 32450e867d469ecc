using P2PStream.Protocol;
using P2PStream.Tests.Shared;

namespace P2PStream.Swarm.Tests;

/// <summary>However readers, peers and the origin behaved: once they answer, every reader gets all it
/// reads.</summary>
public sealed class RestlessReadersTests
{
    private const int Blocks = 5;
    private const int Steps = 300;
    private const int Seeds = 40;

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(60);

    // Where memory is small it still holds what so many readers read at once.
    [Theory]
    [InlineData(200, 4)]
    [InlineData(6 * Blocks, 3)]
    [InlineData(3 * Blocks, 1)]
    public void No_reader_waits_for_ever(int poolBlocks, int mostReaders)
    {
        for (var seed = 0; seed < LongRun.Cases(Seeds); seed++)
        {
            using var stream = new TestStream(
                12, (Blocks - 1) * ContentLimits.BlockBytes + 100, TimeSpan.FromSeconds(2),
                subtitles: 2);
            using var readers = new RestlessReaders(stream, seed, poolBlocks, mostReaders);
            for (var step = 0; step < Steps; step++) readers.Step();

            readers.Settle(Enough);

            Assert.True(readers.Waiting.Count == 0,
                $"seed {seed}: {string.Join("; ", readers.Waiting)}; "
                + $"memory in use: {readers.Rented} blocks");
        }
    }
}
