using System.Text.Json.Serialization;

namespace P2PStream.Http;

/// <summary>The API's JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GatewayStatus))]
[JsonSerializable(typeof(PlayerReport))]
internal sealed partial class GatewayJson : JsonSerializerContext;
