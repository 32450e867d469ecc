using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>A source of reproducible bytes: one video track with an initialization track, or a plain file.</summary>
internal sealed class GeneratedSource(int segments, int bytesPerSegment, TimeSpan duration) : IStreamSource
{
    public const ushort Video = 1;
    public const ushort Initialization = 2;

    public string Origin { get; init; } = "";

    public bool IsDisposed { get; private set; }

    public StreamKind Kind { get; init; } = StreamKind.OnDemand;

    /// <summary>Waits before each segment of a growing stream.</summary>
    public Func<int, Task> BeforeSegment { get; init; } = static _ => Task.CompletedTask;

    public static byte[] Bytes(ushort track, ulong sequence, int length)
    {
        var bytes = new byte[length];
        new Random(track * 1000 + (int)sequence).NextBytes(bytes);
        return bytes;
    }

    public static int LengthOf(int index, int bytesPerSegment) => bytesPerSegment + index * 37;

    public byte[] AllVideo()
    {
        using var all = new MemoryStream();
        all.Write(Bytes(Initialization, 0, 700));
        for (var i = 0; i < segments; i++)
            all.Write(Bytes(Video, (ulong)i, LengthOf(i, bytesPerSegment)));
        return all.ToArray();
    }

    public Task<SourceDescription> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new SourceDescription(Kind,
        [
            new TrackDescription
            {
                Id = Video,
                Kind = TrackKind.Video,
                Name = "video",
                Bandwidth = 1_000_000,
                InitializationTrack = Initialization,
                PlaylistHeader = "#EXTM3U",
            },
            new TrackDescription
            {
                Id = Initialization,
                Kind = TrackKind.Initialization,
                Name = "video-init",
                InitializationTrack = Initialization,
            },
        ], "", Origin, ""));

    public async IAsyncEnumerable<SourceSegment> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Segment(Initialization, 0, 700, TimeSpan.Zero, TimeSpan.Zero, -1);
        for (var i = 0; i < segments; i++)
        {
            await BeforeSegment(i).WaitAsync(cancellationToken);
            yield return Segment(
                Video, (ulong)i, LengthOf(i, bytesPerSegment), duration * i, duration, 0);
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private SourceSegment Segment(ushort track, ulong sequence, int length, TimeSpan start,
        TimeSpan duration, long initialization) => new()
    {
        Track = track,
        Sequence = sequence,
        Start = start,
        Duration = duration,
        Tags = duration > TimeSpan.Zero ? $"#EXTINF:{duration.TotalSeconds}," : "",
        OriginUri = Origin.Length == 0 ? "" : $"{track}/{sequence}",
        Initialization = initialization,
        Open = _ => ValueTask.FromResult<Stream>(new MemoryStream(Bytes(track, sequence, length))),
    };
}
