using System.Runtime.CompilerServices;
using P2PStream.Protocol;

namespace P2PStream.Testing;

/// <summary>Media of made-up bytes that remembers what a player did with it.</summary>
internal sealed class GeneratedMedia : IMediaSource
{
    private const ushort Video = 1;
    private const ushort Initialization = 2;
    private const int InitializationBytes = 700;
    private const int SegmentBytes = 5_000;

    private readonly Lock _lock = new();
    private readonly List<SegmentRecord> _records = [];
    private readonly List<GeneratedSegment> _opened = [];
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _caughtUp = NewSignal();
    private readonly TaskCompletionSource _stuck = NewSignal();

    public GeneratedMedia(int segments)
    {
        for (var i = 0; i < segments; i++) _records.Add(Record(Video, i, SegmentBytes + i * 13));
    }

    /// <summary>Bytes that one read gives at most.</summary>
    public int MostBytesAtOnce { get; init; } = 4096;

    /// <summary>The video segment whose bytes stop half way.</summary>
    public int StuckAt { get; init; } = -1;

    /// <summary>The video segment that fails half way.</summary>
    public int BrokenAt { get; init; } = -1;

    public bool HasEnded { get; set; } = true;

    /// <summary>Completes when a player waits within <see cref="StuckAt"/>.</summary>
    public Task Stuck => _stuck.Task;

    /// <summary>Completes when a player has been given all there is and asks for more.</summary>
    public Task CaughtUp
    {
        get
        {
            lock (_lock) return _caughtUp.Task;
        }
    }

    public TimeSpan Duration
    {
        get
        {
            lock (_lock) return PlayerContract.SegmentTime * _records.Count;
        }
    }

    public Catalog Catalog => new()
    {
        Stream = default,
        Epoch = 1,
        Version = 1,
        Expires = long.MaxValue,
        Kind = HasEnded ? StreamKind.OnDemand : StreamKind.Event,
        Tracks =
        [
            new TrackDescription
            {
                Id = Video,
                Kind = TrackKind.Video,
                Name = "video",
                InitializationTrack = Initialization,
                Ended = HasEnded,
            },
            new TrackDescription
            {
                Id = Initialization,
                Kind = TrackKind.Initialization,
                Name = "video-init",
                InitializationTrack = Initialization,
                Ended = true,
            },
        ],
    };

    public void AddSegment()
    {
        lock (_lock)
        {
            _records.Add(Record(Video, _records.Count, SegmentBytes));
            _caughtUp = NewSignal();
            Change();
        }
    }

    public void End()
    {
        lock (_lock)
        {
            HasEnded = true;
            Change();
        }
    }

    public async ValueTask<IReadOnlyList<SegmentRecord>> GetRecordsAsync(
        ushort track, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        lock (_lock)
            return track == Video ? [.. _records] : [Record(Initialization, 0, InitializationBytes)];
    }

    public async IAsyncEnumerable<MediaSegment> ReadTrackAsync(ushort track, TimeSpan from,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = (int)(from / PlayerContract.SegmentTime);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            SegmentRecord? record = null;
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
                if (next < _records.Count) record = _records[next++];
                else if (HasEnded) yield break;
                else _caughtUp.TrySetResult();
            }

            if (record is not null) yield return Open(record);
            else await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<MediaSegment> OpenSegmentAsync(
        SegmentId segment, CancellationToken cancellationToken)
    {
        foreach (var record in await GetRecordsAsync(segment.Track, cancellationToken)
            .ConfigureAwait(false))
            if (record.Id == segment) return Open(record);
        throw new KeyNotFoundException($"There is no segment {segment}.");
    }

    public void RequireAllPlayed()
    {
        lock (_lock)
        {
            var next = 0;
            foreach (var segment in _opened)
            {
                Require.That(segment.IsReadToEnd,
                    $"Segment {segment.Record.Id.Sequence} is read to its end.");
                if (segment.Record.Id.Track != Video) continue;
                Require.That(segment.Record.Id == _records[next].Id,
                    $"Segments are pulled in order: {next} was next.");
                next++;
            }

            Require.That(next == _records.Count, $"All segments are pulled; {next} were.");
        }
    }

    public void RequireAllDisposed()
    {
        lock (_lock)
            foreach (var segment in _opened)
                Require.That(segment.IsDisposed,
                    $"Every segment is disposed; {segment.Record.Id.Sequence} was not.");
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static SegmentRecord Record(ushort track, int index, int length) => new()
    {
        Id = new SegmentId(1, track, (ulong)index),
        Root = default,
        Parts = [new PartDigest(length, default)],
        Start = track == Video ? PlayerContract.SegmentTime * index : TimeSpan.Zero,
        Duration = track == Video ? PlayerContract.SegmentTime : TimeSpan.Zero,
        Initialization = track == Video ? 0 : -1,
    };

    private GeneratedSegment Open(SegmentRecord record)
    {
        var number = record.Id.Track == Video ? (int)record.Id.Sequence : -2;
        var bytes = LinkPair.Pattern((int)record.Length, record.Id.Track * 1000 + number);
        var segment = new GeneratedSegment(record, new PieceStream(bytes, MostBytesAtOnce)
        {
            OnHalf = number == StuckAt ? StickAsync : number == BrokenAt ? Break : null,
        });
        lock (_lock) _opened.Add(segment);
        return segment;
    }

    private Task StickAsync(CancellationToken cancellationToken)
    {
        _stuck.TrySetResult();
        return Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static Task Break(CancellationToken cancellationToken) =>
        Task.FromException(new IOException("The segment is not available."));

    private void Change()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.TrySetResult();
    }
}
