using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using P2PStream.Protocol;

namespace P2PStream.Http;

/// <summary>
/// An HLS stream (RFC 8216bis) from a path or an http(s) URL of a master or a media playlist. Every
/// rendition is a track, with a companion track for its initialization segments; playlists that
/// still grow are polled until they end. Segments pass as they are: encrypted ones stay encrypted,
/// and keys are never read.
/// </summary>
public sealed class HlsStreamSource : IStreamSource
{
    /// <summary>Reloads of one playlist that may fail in a row.</summary>
    private const int FailuresInARow = 5;

    private static readonly TimeSpan LeastPoll = TimeSpan.FromMilliseconds(250);

    private readonly MediaResource _resource;
    private readonly StreamSourceOptions _options;
    private readonly HttpOriginClient _http;
    private readonly Uri? _origin;
    private readonly List<HlsTrack> _tracks = [];
    private SourceDescription? _description;

    /// <summary>Names a playlist; nothing is read yet.</summary>
    /// <exception cref="StreamSourceException">It is no path and no http(s) URL.</exception>
    public HlsStreamSource(string pathOrUrl, StreamSourceOptions? options = null)
    {
        _options = options ?? new StreamSourceOptions();
        _http = new HttpOriginClient(_options.Http);
        _resource = MediaResource.Open(pathOrUrl, _http);
        _origin = Origins.Of(_resource, _options);
    }

    internal HlsStreamSource(
        MediaResource resource, StreamSourceOptions options, HttpOriginClient http)
    {
        _resource = resource;
        _options = options;
        _http = http;
        _origin = Origins.Of(resource, options);
    }

    /// <inheritdoc/>
    public async Task<SourceDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        if (_description is not null) return _description;
        _tracks.Clear();
        var bytes = await _resource.ReadPlaylistAsync(cancellationToken);
        var (master, media) = Playlist.Parse(_resource.Name, bytes);
        if (media is not null)
        {
            var entry = new MasterEntry(1, "", TrackKind.Video, "main", 0);
            _tracks.Add(HlsTrack.From(_resource, _origin, media));
            await WaitForSegmentsAsync(cancellationToken);
            return _description = Describe([entry], "");
        }

        return _description = await DescribeAsync(master!, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceSegment> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await DescribeAsync(cancellationToken);
        var changed = true;
        while (true)
        {
            foreach (var track in _tracks)
            {
                foreach (var segment in track.TakeNew())
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return segment;
                }
            }

            var growing = _tracks.Where(track => !track.Playlist.Ended).ToList();
            if (growing.Count == 0) yield break;

            // The target duration after a change, half of it after none (RFC 8216bis 6.3.4).
            var pause = growing.Min(track => track.Playlist.TargetDuration) / (changed ? 1 : 2);
            await Task.Delay(
                pause < LeastPoll ? LeastPoll : pause, _options.Time, cancellationToken);
            changed = false;
            foreach (var track in growing)
                changed |= await ReloadAsync(track, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // Whether a track has initialization segments shows in its first segment.
    private async Task WaitForSegmentsAsync(CancellationToken cancellationToken)
    {
        foreach (var track in _tracks)
        {
            while (track.Playlist.Segments.Count == 0)
            {
                if (track.Playlist.Ended)
                    throw new StreamSourceException($"{track.Name}: the playlist names no segment");
                await Task.Delay(LeastPoll, _options.Time, cancellationToken);
                await ReloadAsync(track, cancellationToken);
            }
        }
    }

    // A packager may be writing the playlist at this very moment, and an origin may be restarting.
    private async Task<bool> ReloadAsync(HlsTrack track, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await track.ReloadAsync(cancellationToken);
            }
            catch (StreamSourceException) when (failures < FailuresInARow)
            {
                await Task.Delay(LeastPoll * failures, _options.Time, cancellationToken);
            }
        }
    }

    private async Task<SourceDescription> DescribeAsync(
        MasterPlaylist master, CancellationToken cancellationToken)
    {
        // One playlist may be named by several variants: with each audio group, say. It is one
        // track.
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var numberOf = new Dictionary<MasterEntry, int>();
        var first = new List<MasterEntry>();
        foreach (var entry in master.Entries)
        {
            var resource = Resolve(master, entry);
            if (!numbers.TryGetValue(resource.Name, out var number))
            {
                number = first.Count;
                numbers.Add(resource.Name, number);
                first.Add(entry);
                _tracks.Add(await HlsTrack.LoadAsync(resource, _origin, cancellationToken));
            }

            numberOf[entry] = number;
        }

        await WaitForSegmentsAsync(cancellationToken);
        var text = master.Render(
            entry => $"{{{numberOf[entry].ToString(CultureInfo.InvariantCulture)}}}", AtOrigin);
        return Describe(first, text);
    }

    private SourceDescription Describe(List<MasterEntry> entries, string master)
    {
        var count = _tracks.Count + _tracks.Count(track => track.HasInitialization);
        if (count > ContentLimits.Tracks)
        {
            throw new StreamSourceException(
                $"{_resource.Name}: {count} tracks; {ContentLimits.Tracks} is the most");
        }

        var names = UniqueNames(entries);
        var next = (ushort)_tracks.Count;
        var descriptions = new List<TrackDescription>();
        var companions = new List<TrackDescription>();
        for (var i = 0; i < _tracks.Count; i++)
        {
            var track = _tracks[i];
            track.Id = (ushort)i;
            track.InitializationId = track.HasInitialization ? next++ : track.Id;
            descriptions.Add(track.Describe(entries[i].Kind, names[i], entries[i].Bandwidth));
            if (track.HasInitialization)
                companions.Add(track.DescribeInitialization(names[i] + " initialization"));
        }

        descriptions.AddRange(companions);
        var size = Encoding.UTF8.GetByteCount(master)
            + descriptions.Sum(track => Encoding.UTF8.GetByteCount(track.PlaylistHeader));
        if (size > HlsLimits.CatalogTextBytes)
        {
            throw new StreamSourceException(
                $"{_resource.Name}: the headers exceed {HlsLimits.CatalogTextBytes} bytes");
        }

        return new SourceDescription(Kind(), descriptions, master, _origin?.AbsoluteUri ?? "", "");
    }

    private StreamKind Kind()
    {
        if (_tracks.TrueForAll(track => track.Playlist.Ended)) return StreamKind.OnDemand;
        return _tracks.TrueForAll(
            track => track.Playlist.Ended || track.Playlist.Type == PlaylistType.Event)
            ? StreamKind.Event
            : StreamKind.Live;
    }

    private MediaResource Resolve(MasterPlaylist master, MasterEntry entry)
    {
        try
        {
            return _resource.Resolve(entry.Uri);
        }
        catch (StreamSourceException problem)
        {
            throw master.Text.Error(entry.Line, problem.Message);
        }
    }

    // Session keys and data stay with the origin, as segment keys do.
    private string AtOrigin(string reference)
    {
        if (PlaylistUri.IsAbsolute(reference)) return reference;
        var master = _resource.OriginUri(_origin);
        return _origin is not null && PlaylistUri.Resolve(_origin, master) is { } at
            && PlaylistUri.Resolve(at, reference) is { } uri ? uri.AbsoluteUri : reference;
    }

    private static List<string> UniqueNames(List<MasterEntry> entries)
    {
        var names = new List<string>();
        foreach (var entry in entries)
        {
            var name = entry.Name;
            for (var again = 2; names.Contains(name); again++)
                name = string.Create(CultureInfo.InvariantCulture, $"{entry.Name} {again}");
            names.Add(name);
        }

        return names;
    }
}
