namespace P2PStream.Http;

/// <summary>A master (multivariant) playlist.</summary>
internal sealed class MasterPlaylist
{
    private readonly IReadOnlyList<PlaylistLine> _lines;

    /// <summary>Made by <see cref="MasterPlaylistParser"/>.</summary>
    /// <param name="text">Its text, for messages.</param>
    /// <param name="lines">The lines kept, in order.</param>
    /// <param name="entries">What they name, in order of their lines.</param>
    public MasterPlaylist(
        PlaylistText text, IReadOnlyList<PlaylistLine> lines, IReadOnlyList<MasterEntry> entries)
    {
        Text = text;
        _lines = lines;
        Entries = entries;
    }

    /// <summary>Its text, for messages.</summary>
    public PlaylistText Text { get; }

    /// <summary>The media playlists it names; one may be named more than once.</summary>
    public IReadOnlyList<MasterEntry> Entries { get; }

    /// <summary>Writes it with other URIs and no other change.</summary>
    /// <param name="playlist">The new URI of each entry.</param>
    /// <param name="other">The new URI of any other resource it names, given the URI as
    /// written.</param>
    public string Render(Func<MasterEntry, string> playlist, Func<string, string> other)
    {
        var next = 0;
        return string.Join('\n', _lines.Select(line =>
        {
            var entry = next < Entries.Count && Entries[next].Line == line.Number
                ? Entries[next++]
                : null;
            if (entry is not null && line.IsUri) return playlist(entry);
            if (entry is not null)
                return AttributeList.Parse(line.Text).With("URI", playlist(entry));
            return line.Is(HlsTags.SessionKey) || line.Is(HlsTags.SessionData)
                ? PlaylistUri.Replace(line.Text, other)
                : line.Text;
        }));
    }
}
