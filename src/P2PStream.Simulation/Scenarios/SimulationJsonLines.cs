using System.Text.Json.Serialization;

namespace P2PStream.Simulation;

/// <summary>Results as JSON, one line each.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PolicyRow))]
internal sealed partial class SimulationJsonLines : JsonSerializerContext;
