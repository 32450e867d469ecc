using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace P2PStream.Transport.Tests;

/// <summary>What a link holds of what it has received.</summary>
public sealed class LinkReaderTests
{
    private const int LongFrame = 500_000;
    private const int Rest = 1000;

    /// <summary>A node has hundreds of links, and whoever is at the other end says how long its frames are.</summary>
    [Fact]
    public async Task The_memory_of_a_long_frame_goes_with_it()
    {
        var bytes = new byte[LongFrame + Rest];
        new Random(1).NextBytes(bytes);
        await using var stream = new MemoryStream(bytes);
        var reader = new LinkReader(stream);

        var frame = await ReadAsync(reader, LongFrame);
        Assert.True(frame.Slice(0, LongFrame).ToArray().AsSpan().SequenceEqual(bytes.AsSpan(0, LongFrame)));
        reader.AdvanceTo(frame.GetPosition(LongFrame));
        var rest = await ReadAsync(reader, Rest);

        Assert.True(rest.ToArray().AsSpan().SequenceEqual(bytes.AsSpan(LongFrame)));
        reader.AdvanceTo(rest.End);
        var last = await reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(last.IsCompleted);
        Assert.True(MemoryMarshal.TryGetArray(last.Buffer.First, out var held));
        Assert.InRange(held.Array!.Length, 1, 64 * 1024);
    }

    private static async Task<ReadOnlySequence<byte>> ReadAsync(PipeReader reader, int least)
    {
        while (true)
        {
            var read = await reader.ReadAsync(TestContext.Current.CancellationToken);
            if (read.Buffer.Length >= least) return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
