using System.Text.Json;

namespace P2PStream.Simulation;

/// <summary>Scenarios as JSON: every field may be left out, none may be unknown, comments are allowed.</summary>
public static class ScenarioFile
{
    /// <summary>Beginnings of types' names, and what JSON has for them; the first that fits counts.</summary>
    private static readonly (string? Type, string Wanted)[] Types =
    [
        (typeof(int).FullName, "a whole number"), (typeof(long).FullName, "a whole number"),
        (typeof(double).FullName, "a number"), (typeof(bool).FullName, "true or false"),
        (typeof(string).FullName, "text"),
        (typeof(ArrivalKind).FullName, OneOf<ArrivalKind>()), (typeof(NodeKind).FullName, OneOf<NodeKind>()),
        (typeof(RenditionChoice).FullName, OneOf<RenditionChoice>()),
        (typeof(DisturbanceKind).FullName, OneOf<DisturbanceKind>()),
        (typeof(DiscoveryKind).FullName, OneOf<DiscoveryKind>()),
        ("System.Collections.Generic.IReadOnlyList", "a list"),
        (typeof(Scenario).Namespace, "an object"), // all that is left
    ];

    /// <summary>Reads a scenario.</summary>
    /// <param name="json">A JSON object; property names in camel case.</param>
    /// <exception cref="ScenarioException">It is no JSON, names an unknown field, or says what no run can be
    /// made of.</exception>
    public static Scenario Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        Scenario? scenario;
        try
        {
            scenario = JsonSerializer.Deserialize(json, SimulationJson.Default.Scenario);
        }
        catch (JsonException exception)
        {
            throw new ScenarioException(Describe(exception));
        }

        if (scenario is null) throw new ScenarioException("A scenario is a JSON object, not null.");
        ThrowIfNullInside(scenario);
        ScenarioCheck.ThrowIfImpossible(scenario);
        return scenario;
    }

    /// <summary>Writes a scenario with all its fields.</summary>
    public static string Write(Scenario scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        return JsonSerializer.Serialize(scenario, SimulationJson.Default.Scenario);
    }

    /// <summary>JSON says null where the types do not.</summary>
    private static void ThrowIfNullInside(Scenario scenario)
    {
        (string Path, object? Value)[] fields =
        [
            ("name", scenario.Name), ("description", scenario.Description),
            ("picker", scenario.Picker), ("media", scenario.Media),
            ("media.bitsPerSecond", scenario.Media?.BitsPerSecond),
            ("publisher", scenario.Publisher), ("network", scenario.Network), ("discovery", scenario.Discovery),
            ("audience", scenario.Audience), ("audience.classes", scenario.Audience?.Classes),
            ("player", scenario.Player), ("disturbances", scenario.Disturbances),
        ];
        foreach (var (path, value) in fields)
            if (value is null) throw new ScenarioException($"{path} is not null");
        if (scenario.Audience!.Classes.Contains(null!) || scenario.Disturbances.Contains(null!))
            throw new ScenarioException("audience.classes and disturbances hold no null");
    }

    private static string Describe(JsonException exception)
    {
        var path = exception.Path is null or "$" ? "" : exception.Path.TrimStart('$', '.') + ": ";
        var message = exception.Message;
        if (message.Contains("could not be mapped", StringComparison.Ordinal))
            message = "there is no such field";
        else if (message.Contains("could not be converted", StringComparison.Ordinal))
            message = $"this field takes no such value{Wanted(message)}";
        else if (message.StartsWith("Duplicate property", StringComparison.Ordinal))
            message = "a field stands here twice";
        else if (message.Contains("does not contain any JSON", StringComparison.Ordinal))
            return "the scenario is empty";
        var details = message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (details > 0) message = message[..details];
        return $"{path}{message} (line {exception.LineNumber + 1})";
    }

    /// <summary>What a field takes, by the type that the message names; nothing for another type.</summary>
    private static string Wanted(string message)
    {
        foreach (var (type, wanted) in Types)
            if (message.Contains($" to {type}", StringComparison.Ordinal)) return $", but {wanted}";
        return "";
    }

    private static string OneOf<T>()
        where T : struct, Enum =>
        $"one of {string.Join(", ", Enum.GetNames<T>())}";
}
