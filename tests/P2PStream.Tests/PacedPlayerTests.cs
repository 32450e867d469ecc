using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>A paced player ends when its longest track does, whatever the others' lengths.</summary>
public sealed class PacedPlayerTests
{
    private const int SegmentBytes = 100;

    [Fact]
    public async Task Plays_to_the_end_of_its_longest_track()
    {
        var player = new PacedPlayer(TimeSpan.FromSeconds(1), _ => [0, 1]);
        await player.PlayAsync(
            new Media(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(15)),
            TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.FromMilliseconds(45), player.State.Position);
        Assert.True(player.Report.IsComplete);
        Assert.Equal(6, player.Report.SegmentsPlayed);
        Assert.Equal(6 * SegmentBytes, player.Report.BytesPlayed);
        Assert.NotNull(player.Report.StartUp);
    }

    [Fact]
    public async Task A_file_without_a_duration_ends_when_it_is_read()
    {
        var player = new PacedPlayer(TimeSpan.FromSeconds(1), _ => [0]);
        await player.PlayAsync(new Media(TimeSpan.Zero), TestContext.Current.CancellationToken);
        Assert.True(player.Report.IsComplete);
        Assert.Equal(0, player.Report.Stalls);
    }

    /// <summary>Three segments a track, each as long as its track's argument says.</summary>
    private sealed class Media(params TimeSpan[] durations) : IMediaSource
    {
        public Catalog Catalog { get; } = new()
        {
            Stream = default,
            Epoch = 0,
            Version = 0,
            Expires = 0,
            Kind = StreamKind.OnDemand,
            Tracks =
            [
                .. durations.Select((_, track) => new TrackDescription
                {
                    Id = (ushort)track,
                    Kind = TrackKind.Video,
                    Name = "",
                }),
            ],
        };

        public ValueTask<IReadOnlyList<SegmentRecord>> GetRecordsAsync(
            ushort track, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<MediaSegment> OpenSegmentAsync(
            SegmentId segment, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async IAsyncEnumerable<MediaSegment> ReadTrackAsync(
            ushort track, TimeSpan from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var index = 0; index < 3; index++)
            {
                await Task.Yield();
                yield return new Segment(track, index, durations[track]);
            }
        }
    }

    private sealed class Segment(ushort track, int index, TimeSpan duration) : MediaSegment
    {
        public override SegmentRecord Record { get; } = new()
        {
            Id = new SegmentId(0, track, (ulong)index),
            Root = default,
            Parts = [new PartDigest(SegmentBytes, default)],
            Start = index * duration,
            Duration = duration,
        };

        public override PipeReader Bytes { get; } =
            PipeReader.Create(new MemoryStream(new byte[SegmentBytes]));

        public override ValueTask DisposeAsync() => Bytes.CompleteAsync();
    }
}
