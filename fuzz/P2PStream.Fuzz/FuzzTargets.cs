using System.Reflection;

namespace P2PStream.Fuzz;

/// <summary>All targets in this assembly, by name.</summary>
public static class FuzzTargets
{
    /// <summary>Finds them: every class that implements <see cref="IFuzzTarget"/>.</summary>
    public static IReadOnlyList<IFuzzTarget> All { get; } =
        [.. Assembly.GetExecutingAssembly().GetTypes()
            .Where(type => type.IsClass && !type.IsAbstract && typeof(IFuzzTarget).IsAssignableFrom(type))
            .Select(type => (IFuzzTarget)Activator.CreateInstance(type)!)
            .OrderBy(target => target.Name, StringComparer.Ordinal)];
}
