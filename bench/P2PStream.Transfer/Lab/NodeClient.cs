namespace P2PStream.Transfer;

/// <summary>P2PStream nodes.</summary>
internal sealed record NodeClient(string Name, params string[] Settings) : Client(Name)
{
    /// <summary>True to write a file, as a torrent client does, instead of playing to
    /// nowhere.</summary>
    public bool ToFile { get; init; }

    public override bool IsCompared => true;

    public override IReadOnlyList<string> Seed(TestFile file) =>
        OwnProgram.End("seed", [$"file={file.Path}", .. Settings]);

    public override IReadOnlyList<string> Leech(TestFile file, string folder) =>
        OwnProgram.End("leech",
            [.. ToFile ? [$"output={Path.Combine(folder, "media.bin")}"] : (string[])[],
            .. Settings]);

    public override IReadOnlyList<string> Viewer(TestFile file, string folder) =>
        OwnProgram.End("viewer", [$"size={file.Size}", .. Settings]);
}
