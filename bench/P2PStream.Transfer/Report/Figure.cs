using System.Text.Json.Serialization;

namespace P2PStream.Transfer;

/// <summary>One figure of the report.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The median.</param>
/// <param name="Unit">Of the value and the runs.</param>
/// <param name="Runs">Each run's value, in order.</param>
internal sealed record Figure(string Name, double Value, string Unit, double[] Runs);

/// <summary>Writes figures without reflection, which a native build lacks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Figure))]
internal sealed partial class FigureJson : JsonSerializerContext;
