using System.Text;
using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>
/// One media playlist as a track: turns each version of the playlist into the segments not seen
/// before, and each initialization segment into one of the companion track.
/// </summary>
internal sealed class HlsTrack
{
    private readonly MediaResource _resource;
    private readonly Uri? _origin;
    private readonly Dictionary<(string Name, ByteRange? Range), long> _initializations = [];
    private ulong _next;
    private TimeSpan _start;

    private HlsTrack(MediaResource resource, Uri? origin, MediaPlaylist playlist)
    {
        _resource = resource;
        _origin = origin;
        Playlist = playlist;
        _next = playlist.MediaSequence;
    }

    /// <summary>The newest version.</summary>
    public MediaPlaylist Playlist { get; private set; }

    /// <summary>The track's number; set once all are known.</summary>
    public ushort Id { get; set; }

    /// <summary>Number of the companion track; <see cref="Id"/> when there is none.</summary>
    public ushort InitializationId { get; set; }

    /// <summary>True when some segment needs an initialization segment.</summary>
    public bool HasInitialization =>
        Playlist.Segments.Any(segment => segment.Initialization is not null);

    /// <summary>Identifies the playlist among those of one source.</summary>
    public string Name => _resource.Name;

    /// <summary>Reads the playlist for the first time.</summary>
    public static async Task<HlsTrack> LoadAsync(
        MediaResource resource, Uri? origin, CancellationToken cancellationToken)
    {
        var bytes = await resource.ReadPlaylistAsync(cancellationToken);
        return From(resource, origin, P2PStream.Http.Playlist.ParseMedia(resource.Name, bytes));
    }

    /// <summary>Starts from a playlist already read.</summary>
    /// <exception cref="StreamSourceException">Viewers could not find its keys.</exception>
    public static HlsTrack From(MediaResource resource, Uri? origin, MediaPlaylist playlist)
    {
        if (origin is null && resource.ImpliedOrigin is null && playlist.RelativeKeys.Count > 0)
        {
            throw playlist.Text.Error(
                playlist.RelativeKeys[0].Number,
                "the key's URI is relative and no origin is named that would serve it; "
                + "keys do not enter the swarm");
        }

        return new HlsTrack(resource, origin, playlist);
    }

    /// <summary>The track as the catalog describes it.</summary>
    public TrackDescription Describe(TrackKind kind, string name, long bandwidth) => new()
    {
        Id = Id,
        Kind = kind,
        Name = name,
        Bandwidth = bandwidth,
        InitializationTrack = InitializationId,
        PlaylistHeader = Playlist.Header,
        OriginUri = _resource.OriginUri(_origin),
        FirstSequence = Playlist.MediaSequence,
    };

    /// <summary>The companion track as the catalog describes it.</summary>
    public TrackDescription DescribeInitialization(string name) => new()
    {
        Id = InitializationId,
        Kind = TrackKind.Initialization,
        Name = name,
        InitializationTrack = InitializationId,
    };

    /// <summary>Reads the playlist anew; true when it has changed.</summary>
    /// <exception cref="StreamSourceException">Unreachable, malformed, or segments were
    /// lost.</exception>
    public async Task<bool> ReloadAsync(CancellationToken cancellationToken)
    {
        var bytes = await _resource.ReadPlaylistAsync(cancellationToken);
        var playlist = P2PStream.Http.Playlist.ParseMedia(_resource.Name, bytes);
        var end = playlist.MediaSequence + (ulong)playlist.Segments.Count;
        if (end < _next)
            throw new StreamSourceException(
                $"{Name}: the playlist has lost segments it had before");
        if (playlist.MediaSequence > _next)
        {
            throw new StreamSourceException(
                $"{Name}: segments from {_next} to {playlist.MediaSequence - 1} were gone "
                + "before they could be read");
        }

        var changed = end > _next || playlist.Ended != Playlist.Ended;
        Playlist = playlist;
        return changed;
    }

    /// <summary>The segments not given before, each after the initialization segment it
    /// needs.</summary>
    public IEnumerable<SourceSegment> TakeNew()
    {
        for (var i = (int)(_next - Playlist.MediaSequence); i < Playlist.Segments.Count; i++)
        {
            var segment = Playlist.Segments[i];
            var initialization = -1L;
            if (segment.Initialization is { } map)
            {
                if (InitializationId == Id)
                {
                    throw Playlist.Text.Error(
                        map.Line,
                        "an initialization segment appears in a stream that began without");
                }

                var resource = Resolve(map.Line, map.Uri);
                var key = (resource.Name, map.Range);
                if (!_initializations.TryGetValue(key, out initialization))
                {
                    initialization = _initializations.Count;
                    _initializations.Add(key, initialization);
                    yield return Initialization(resource, map, (ulong)initialization);
                }
            }

            yield return Media(segment, initialization);
            _next++;
            _start += segment.Duration;
        }
    }

    private SourceSegment Initialization(
        MediaResource resource, InitializationTag map, ulong sequence) =>
        new()
        {
            Track = InitializationId,
            Sequence = sequence,
            Start = _start,
            Duration = TimeSpan.Zero,
            OriginUri = resource.OriginUri(_origin),
            OriginOffset = map.Range?.Offset ?? -1,
            Local = resource.Local(map.Range?.Offset ?? 0),
            Open = token => resource.OpenAsync(map.Range, token),
        };

    private SourceSegment Media(PlaylistSegment segment, long initialization)
    {
        var resource = Resolve(segment.Line, segment.Uri);
        var uri = resource.OriginUri(_origin);
        if (Encoding.UTF8.GetByteCount(segment.Tags) + uri.Length > HlsLimits.SegmentTextBytes)
        {
            throw Playlist.Text.Error(
                segment.Line,
                $"the segment's tags and URI exceed {HlsLimits.SegmentTextBytes} bytes");
        }

        return new SourceSegment
        {
            Track = Id,
            Sequence = _next,
            Start = _start,
            Duration = segment.Duration,
            Tags = segment.Tags,
            OriginUri = uri,
            OriginOffset = segment.Range?.Offset ?? -1,
            Initialization = initialization,
            Local = resource.Local(segment.Range?.Offset ?? 0),
            Open = segment.IsGap
                ? static _ => ValueTask.FromResult(Stream.Null)
                : token => resource.OpenAsync(segment.Range, token),
        };
    }

    private MediaResource Resolve(int line, string uri)
    {
        try
        {
            return _resource.Resolve(uri);
        }
        catch (StreamSourceException problem)
        {
            throw Playlist.Text.Error(line, problem.Message);
        }
    }
}
