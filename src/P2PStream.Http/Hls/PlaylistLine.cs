namespace P2PStream.Http;

/// <summary>One line of a playlist.</summary>
/// <param name="Number">From 1, for messages.</param>
/// <param name="Text">Without its line ending.</param>
internal readonly record struct PlaylistLine(int Number, string Text)
{
    /// <summary>True when it names a resource: neither blank nor a tag nor a comment.</summary>
    public bool IsUri => !string.IsNullOrWhiteSpace(Text) && Text[0] != '#';

    /// <summary>True for the tag of that name, with or without a value.</summary>
    public bool Is(string tag) =>
        Text.StartsWith(tag, StringComparison.Ordinal) &&
        (Text.Length == tag.Length || Text[tag.Length] == ':');

    /// <summary>What follows the colon after the tag's name; empty when nothing does.</summary>
    public string Value(string tag) => Text.Length > tag.Length ? Text[(tag.Length + 1)..] : "";
}
