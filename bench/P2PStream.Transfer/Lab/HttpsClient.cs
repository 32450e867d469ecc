namespace P2PStream.Transfer;

/// <summary>A plain HTTPS server and what a player fetches from it by ranges, on one connection.</summary>
internal sealed record HttpsClient() : Client("HTTPS GET")
{
    public override bool HasLimiter => false;

    public override IReadOnlyList<string> Seed(TestFile file) =>
        OwnProgram.End("https-server", $"file={file.Path}");

    public override IReadOnlyList<string> Viewer(TestFile file, string folder) =>
        OwnProgram.End("https-viewer", $"size={file.Size}");
}
