using System.Text.Json;
using System.Text.Json.Serialization;

namespace P2PStream.Tool.Demo;

/// <summary>The demo's JSON: the report on standard output, and what a child process tells its
/// parent.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ViewerSnapshot))]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoJson : JsonSerializerContext
{
    /// <summary>One line without a line break.</summary>
    public static string Write(ViewerSnapshot snapshot) =>
        JsonSerializer.Serialize(snapshot, Default.ViewerSnapshot);

    /// <summary>One line without a line break.</summary>
    public static string Write(DemoReport report) =>
        JsonSerializer.Serialize(report, Default.DemoReport);

    /// <summary>Reads what <see cref="Write(ViewerSnapshot)"/> wrote; null for anything
    /// else.</summary>
    public static ViewerSnapshot? ReadSnapshot(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, Default.ViewerSnapshot);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
