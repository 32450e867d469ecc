namespace P2PStream.Transfer;

/// <summary>The machine's limit: the bytes, TLS and SHA-256, with no protocol around them.</summary>
internal sealed record LimitClient(string Name, params string[] Settings) : Client(Name)
{
    public override bool SendsTheFile => false;

    public override bool HasLimiter => false;

    public override IReadOnlyList<string> Seed(TestFile file) =>
        OwnProgram.End("limit-sender", [$"size={file.Size}", .. Settings]);

    public override IReadOnlyList<string> Leech(TestFile file, string folder) =>
        OwnProgram.End("limit-receiver", [$"size={file.Size}", .. Settings]);
}
