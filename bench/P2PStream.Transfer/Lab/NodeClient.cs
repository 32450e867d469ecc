namespace P2PStream.Transfer;

/// <summary>P2PStream nodes.</summary>
internal sealed record NodeClient(string Name, params string[] Settings) : Client(Name)
{
    /// <summary>True to write a file, as a torrent client does, instead of playing to
    /// nowhere.</summary>
    public bool ToFile { get; init; }

    public override EndProcess Seed(TestFile file, params IEnumerable<string> more) =>
        Own(["seed", $"file={file.Path}", .. Settings, .. more]);

    public override EndProcess Leech(
        TestFile file, string folder, params IEnumerable<string> more) =>
        Own(["leech", .. ToFile ? [$"output={Path.Combine(folder, "media.bin")}"] : (string[])[],
            .. Settings, .. more]);
}
