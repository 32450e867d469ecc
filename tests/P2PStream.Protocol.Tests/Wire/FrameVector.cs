using System.Text.Json;
using System.Text.Json.Nodes;

namespace P2PStream.Protocol.Tests;

/// <summary>One golden frame of <c>vectors/frames.json</c>.</summary>
public sealed record FrameVector(
    string Name, string Case, FrameType Type, ushort Channel, JsonObject Fields, string Hex)
{
    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<FrameVector> All { get; } =
        JsonSerializer.Deserialize<FrameVector[]>(
            RepositoryFile.Read("tests/P2PStream.Protocol.Tests/vectors/frames.json"), Json)!;

    public byte[] Bytes => Convert.FromHexString(Hex);
}
