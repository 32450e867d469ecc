using P2PStream.Simulation;

namespace P2PStream.Tool.Simulate;

/// <summary>The scenarios that come with the tool, and those in files.</summary>
internal static class StandardScenarios
{
    private const string Extension = ".json";

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "scenarios");

    /// <summary>All that come with the tool, by name.</summary>
    public static IReadOnlyList<Scenario> All() =>
        [.. Names().Select(name => Read(Path.Combine(Folder, name + Extension)))];

    /// <summary>Finds a scenario by its standard name or its file.</summary>
    /// <exception cref="ToolException">There is none, or it is not one.</exception>
    public static Scenario Find(string nameOrPath)
    {
        if (Names().Contains(nameOrPath))
            return Read(Path.Combine(Folder, nameOrPath + Extension));
        if (File.Exists(nameOrPath)) return Read(nameOrPath);
        throw ToolException.BadInput(
            $"there is no scenario or file '{nameOrPath}'; see 'p2pstream simulate --list'");
    }

    private static IEnumerable<string> Names() =>
        System.IO.Directory.EnumerateFiles(Folder, "*" + Extension)
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Order(StringComparer.Ordinal);

    private static Scenario Read(string path)
    {
        try
        {
            return ScenarioFile.Parse(File.ReadAllText(path));
        }
        catch (ScenarioException exception)
        {
            throw ToolException.BadInput($"{path}: {exception.Message}");
        }
    }
}
