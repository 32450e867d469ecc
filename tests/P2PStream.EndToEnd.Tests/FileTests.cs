namespace P2PStream.EndToEnd.Tests;

/// <summary>Any file, from the publisher itself to a viewer's pipe.</summary>
public sealed class FileTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(16 * 1024, null)]
    [InlineData((3 * 1024 * 1024) + 7, null)]
    [InlineData((64 * 1024 * 1024) + 7, 8L << 20)]
    public async Task A_file_comes_out_as_it_went_in(int length, long? memoryBytes)
    {
        using var limit = Limits.ForOneTest();
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var folder = Directory.CreateTempSubdirectory("p2pstream-file-");
        try
        {
            var path = Path.Combine(folder.FullName, "any file.bin");
            await File.WriteAllBytesAsync(path, bytes, limit.Token);
            await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
            await swarm.PublishAsync(path, servesMedia: true, limit.Token);
            var watched = await swarm.WatchAsync(limit.Token, memoryBytes: memoryBytes);

            using var output = new MemoryStream();
            await watched.PlayAsync(new PipePlayer(output), limit.Token);

            Assert.Equal(bytes, output.ToArray());
            Assert.Equal("any file.bin", watched.Catalog.FileName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
