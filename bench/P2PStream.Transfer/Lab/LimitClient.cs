namespace P2PStream.Transfer;

/// <summary>The machine's limit: the bytes, TLS and SHA-256, with no protocol around them.</summary>
internal sealed record LimitClient(string Name, params string[] Settings) : Client(Name)
{
    public override EndProcess Seed(TestFile file, params IEnumerable<string> more) =>
        Own(["limit-sender", $"size={file.Size}", .. Settings, .. more]);

    public override EndProcess Leech(
        TestFile file, string folder, params IEnumerable<string> more) =>
        Own(["limit-receiver", $"size={file.Size}", .. Settings, .. more]);
}
