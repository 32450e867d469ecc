using P2PStream.Protocol;

namespace P2PStream;

/// <summary>What a source's stream consists of; becomes the catalog once the segments are hashed.</summary>
/// <param name="Kind">How the stream grows.</param>
/// <param name="Tracks">The tracks; counts and roots are filled in by the publisher.</param>
/// <param name="MasterPlaylist">As in <see cref="Catalog.MasterPlaylist"/>.</param>
/// <param name="Origin">Base URI of the origin; empty when the publisher must serve the media itself.</param>
/// <param name="FileName">As in <see cref="Catalog.FileName"/>.</param>
public sealed record SourceDescription(
    StreamKind Kind, IReadOnlyList<TrackDescription> Tracks, string MasterPlaylist, string Origin,
    string FileName);
