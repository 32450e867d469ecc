using System.Text;

namespace P2PStream.Protocol;

/// <summary>What a catalog must keep to be encoded, and to be accepted when decoded.</summary>
internal static class CatalogRules
{
    /// <summary>The first rule that the catalog breaks, for people; null when it breaks
    /// none.</summary>
    public static string? Violation(Catalog catalog)
    {
        if (catalog.Expires is < 0 or > ContentLimits.LastUnixSecond)
            return "The expiry is out of range.";
        if (catalog.Kind > StreamKind.File) return "The kind of stream is unknown.";
        if (catalog.Kind != StreamKind.File && catalog.FileName.Length > 0)
            return "Only a plain file has a file name.";
        // It may become a path on a viewer's disk and a line on its terminal.
        if (!IsName(catalog.FileName) || catalog.FileName is "." or ".."
            || catalog.FileName.AsSpan().ContainsAny('/', '\\'))
            return "The file name is no plain name.";
        if (catalog.Tracks.Count is 0 or > ContentLimits.Tracks)
            return "A catalog has 1 to 256 tracks.";
        for (var i = 0; i < catalog.Tracks.Count; i++)
        {
            if (i > 0 && catalog.Tracks[i].Id <= catalog.Tracks[i - 1].Id)
                return "The tracks are not in ascending order of their numbers.";
            if (Violation(catalog.Tracks[i]) is { } violation) return violation;
            if (!HasTrack(catalog.Tracks, catalog.Tracks[i].InitializationTrack))
                return "A track's initialization track is not in the catalog.";
        }

        return null;
    }

    private static string? Violation(TrackDescription track)
    {
        if (track.Kind > TrackKind.File) return "The kind of a track is unknown.";
        if (!IsName(track.Name)) return "A track's name is no plain name of at most 255 bytes.";
        if (track.Bandwidth < 0) return "A bandwidth is negative.";
        if (track.FirstSequence > ContentLimits.LastSequence)
            return "A sequence is above 2^62 - 1.";
        if (track.SegmentCount > ContentLimits.SegmentsPerTrack)
            return "A track counts more than 2^24 segments.";
        if (track.FirstSequence + track.SegmentCount > ContentLimits.LastSequence)
            return "A sequence is above 2^62 - 1.";
        return track.Ended == track.RecordsRoot.IsZero
            ? "A track has a root over its records when it has ended, and only then."
            : null;
    }

    private static bool HasTrack(IReadOnlyList<TrackDescription> tracks, ushort id)
    {
        // At most 256 tracks, and nearly always the first few.
        for (var i = 0; i < tracks.Count; i++)
        {
            if (tracks[i].Id == id) return true;
        }

        return false;
    }

    private static bool IsName(string text)
    {
        foreach (var letter in text)
        {
            if (char.IsControl(letter)) return false;
        }

        return Encoding.UTF8.GetByteCount(text) <= ContentLimits.NameBytes;
    }
}
