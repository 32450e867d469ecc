using System.Text.Json;

namespace P2PStream.Protocol.Tests;

/// <summary>Bytes of <c>vectors/invalid-frames.json</c> that no conforming end sends.</summary>
public sealed record InvalidVector(string Case, bool AfterHello, string Violation, string Hex)
{
    public static IReadOnlyList<InvalidVector> All { get; } =
        JsonSerializer.Deserialize<InvalidVector[]>(
            RepositoryFile.Read("tests/P2PStream.Protocol.Tests/vectors/invalid-frames.json"),
            FrameVector.Json)!;

    public byte[] Bytes => Convert.FromHexString(Hex);
}
