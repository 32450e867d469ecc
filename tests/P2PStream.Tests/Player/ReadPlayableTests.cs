using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>Initialization segments come in time, once, and nothing stays open behind them.</summary>
public sealed class ReadPlayableTests
{
    private const ushort Video = 1;
    private const ushort Heads = 7;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_initialization_precedes_the_first_segment_that_names_it()
    {
        var media = new Media(-1, 0, 0, 3, 3, 0, -1, 0);
        var read = new List<string>();
        await foreach (var segment in media.ReadPlayableAsync(Video, default, Cancelled))
        {
            await using (segment) read.Add($"{segment.Record.Id.Track}/{segment.Record.Id.Sequence}");
        }

        Assert.Equal(
            ["1/0", "7/0", "1/1", "1/2", "7/3", "1/3", "1/4", "7/0", "1/5", "1/6", "1/7"], read);
        Assert.Equal(0, media.Open);
    }

    [Fact]
    public async Task Who_leaves_at_an_initialization_segment_leaves_nothing_open()
    {
        var media = new Media(0, 0);
        await foreach (var segment in media.ReadPlayableAsync(Video, default, Cancelled))
        {
            await segment.DisposeAsync();
            break;
        }

        Assert.Equal(0, media.Open);
    }

    [Fact]
    public async Task An_initialization_segment_that_is_missing_leaves_nothing_open()
    {
        var media = new Media(0) { IsHeadMissing = true };
        await Assert.ThrowsAsync<KeyNotFoundException>(async () =>
        {
            await foreach (var segment in media.ReadPlayableAsync(Video, default, Cancelled))
                await segment.DisposeAsync();
        });
        Assert.Equal(0, media.Open);
    }

    [Fact]
    public async Task A_track_that_is_not_there_is_told()
    {
        var reading = new Media().ReadPlayableAsync(9, default, Cancelled).GetAsyncEnumerator(Cancelled);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => reading.MoveNextAsync().AsTask());
    }

    /// <summary>A track whose segments name these initialization segments.</summary>
    private sealed class Media(params long[] initializations) : IMediaSource
    {
        public bool IsHeadMissing { get; init; }

        public int Open { get; private set; }

        public Catalog Catalog { get; } = new()
        {
            Stream = default,
            Epoch = 0,
            Version = 0,
            Expires = 0,
            Kind = StreamKind.OnDemand,
            Tracks =
            [
                new TrackDescription
                {
                    Id = Video,
                    Kind = TrackKind.Video,
                    Name = "",
                    InitializationTrack = Heads,
                },
            ],
        };

        public ValueTask<IReadOnlyList<SegmentRecord>> GetRecordsAsync(
            ushort track, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<MediaSegment> OpenSegmentAsync(
            SegmentId segment, CancellationToken cancellationToken) =>
            IsHeadMissing
                ? throw new KeyNotFoundException()
                : ValueTask.FromResult<MediaSegment>(new Segment(this, segment, -1));

        public async IAsyncEnumerable<MediaSegment> ReadTrackAsync(
            ushort track, TimeSpan from, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            for (var i = 0; i < initializations.Length; i++)
            {
                await Task.Yield();
                yield return new Segment(this, new SegmentId(0, track, (ulong)i), initializations[i]);
            }
        }

        private sealed class Segment : MediaSegment
        {
            private readonly Media _media;

            public Segment(Media media, SegmentId id, long initialization)
            {
                _media = media;
                _media.Open++;
                Record = new SegmentRecord
                {
                    Id = id,
                    Root = default,
                    Parts = [],
                    Start = default,
                    Duration = default,
                    Initialization = initialization,
                };
            }

            public override SegmentRecord Record { get; }

            public override PipeReader Bytes { get; } = PipeReader.Create(Stream.Null);

            public override ValueTask DisposeAsync()
            {
                _media.Open--;
                return Bytes.CompleteAsync();
            }
        }
    }
}
