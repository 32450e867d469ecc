using System.Collections.Concurrent;
using P2PStream.Protocol;

namespace P2PStream;

/// <summary>
/// Reads blocks of what this node publishes, from its source. Keeps a few of the source's streams
/// open, so that the blocks of a segment cost one file, or one request, and not one each.
/// </summary>
internal sealed class OwnMedia : IAsyncDisposable
{
    /// <summary>Streams of the source that are open at once, and so also reads under way; beyond it
    /// reads wait.</summary>
    public const int MostOpen = 16;

    /// <summary>How long a stream stays open that nobody reads.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<SegmentId, Published> _segments = new();
    private readonly LocalFiles _files = new();
    private readonly SemaphoreSlim _places = new(MostOpen);
    private readonly Lock _lock = new();

    /// <summary>The open streams that nobody reads, the one longest unused first.</summary>
    private readonly List<OpenStream> _idle = [];
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private int _open;
    private bool _isDisposed;

    public OwnMedia(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(
            static media => _ = ((OwnMedia)media!).CloseIdleAsync(), this,
            Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds a segment.</summary>
    /// <param name="record">What was hashed.</param>
    /// <param name="source">Where it is.</param>
    /// <param name="hashed">The stamp of its file from before it was hashed to after; null where it
    /// has none or it cannot be relied on.</param>
    public void Add(SegmentRecord record, SourceSegment source, FileStamp? hashed = null) =>
        _segments[record.Id] = new Published(record, source, hashed);

    /// <summary>Reads a block.</summary>
    /// <returns>Absent when there is none, or the source is now shorter than it was.</returns>
    public ValueTask<BlockReadOutcome> ReadAsync(
        BlockId block, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (!_segments.TryGetValue(block.Segment, out var segment))
            return new ValueTask<BlockReadOutcome>(BlockReadOutcome.Absent);
        long offset = (long)block.Index * ContentLimits.BlockBytes;
        for (var part = 0; part < block.Part; part++) offset += segment.Record.Parts[part].Length;
        if (segment.Source.Local is not { } place)
            return ReadStreamAsync(block, segment.Source, offset, destination, cancellationToken);
        place = place with { Offset = place.Offset + offset };
        return new ValueTask<BlockReadOutcome>(
            _files.Read(place, destination.Span, segment.Hashed));
    }

    /// <summary>Closes what is open; reads under way close theirs themselves.</summary>
    public async ValueTask DisposeAsync()
    {
        _files.Dispose();
        await _timer.DisposeAsync();
        OpenStream[] idle;
        lock (_lock)
        {
            _isDisposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var stream in idle) await stream.Bytes.DisposeAsync();
    }

    private async ValueTask<BlockReadOutcome> ReadStreamAsync(BlockId block, SourceSegment source,
        long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(
                block.Segment, source, offset, destination, cancellationToken)
                ? BlockReadOutcome.Read
                : BlockReadOutcome.Absent;
        }
        finally
        {
            _places.Release();
        }
    }

    private async ValueTask<bool> ReadAsync(SegmentId id, SourceSegment source, long offset,
        Memory<byte> destination, CancellationToken cancellationToken)
    {
        var bytes = await TakeAsync(id, offset)
            ?? await OpenAsync(source, cancellationToken);
        var isWhole = false;
        try
        {
            // A stream from the web pays for a seek with a request, even to where it is.
            if (bytes.Position != offset) bytes.Seek(offset, SeekOrigin.Begin);
            isWhole = await bytes.ReadAtLeastAsync(
                destination, destination.Length, throwOnEndOfStream: false, cancellationToken)
                == destination.Length;
        }
        finally
        {
            await GiveBackAsync(id, bytes, isWhole);
        }

        return isWhole;
    }

    /// <summary>Takes an idle stream of the segment: the one that is at the offset, if there is one.
    /// Where there is none, makes room to open another.</summary>
    private async ValueTask<Stream?> TakeAsync(SegmentId id, long offset)
    {
        OpenStream? taken = null, closed = null;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            foreach (var stream in _idle)
                if (stream.Segment == id && (taken is null || stream.Bytes.Position == offset))
                    taken = stream;
            if (taken is not null) _idle.Remove(taken);
            else if (_open < MostOpen) _open++;
            else
            {
                // Whoever reads holds a place: of as many streams as there are places one is idle.
                closed = _idle[0];
                _idle.RemoveAt(0);
            }
        }

        if (closed is not null) await closed.Bytes.DisposeAsync();
        return taken?.Bytes;
    }

    private async ValueTask<Stream> OpenAsync(
        SourceSegment source, CancellationToken cancellationToken)
    {
        try
        {
            return await source.Open(cancellationToken);
        }
        catch
        {
            lock (_lock) _open--;
            throw;
        }
    }

    /// <summary>What has failed is not read again.</summary>
    private async ValueTask GiveBackAsync(SegmentId id, Stream bytes, bool isGood)
    {
        lock (_lock)
        {
            if (isGood && !_isDisposed)
            {
                if (_idle.Count == 0) _timer.Change(IdleTime, IdleTime);
                _idle.Add(new OpenStream(id, bytes, _time.GetTimestamp()));
                return;
            }

            _open--;
        }

        await bytes.DisposeAsync();
    }

    private async Task CloseIdleAsync()
    {
        var old = new List<OpenStream>();
        lock (_lock)
        {
            while (_idle.Count > 0 && _time.GetElapsedTime(_idle[0].Since) >= IdleTime)
            {
                old.Add(_idle[0]);
                _idle.RemoveAt(0);
                _open--;
            }

            if (_idle.Count == 0 && !_isDisposed)
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        foreach (var stream in old) await stream.Bytes.DisposeAsync();
    }

    private sealed record Published(
        SegmentRecord Record, SourceSegment Source, FileStamp? Hashed);

    private sealed record OpenStream(SegmentId Segment, Stream Bytes, long Since);
}
