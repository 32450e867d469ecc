namespace P2PStream.Architecture.Tests;

/// <summary>References are the architecture: what must not touch is not referenced.</summary>
public sealed class ReferenceGraphTests
{
    /// <summary>The house, from the ground up; docs/architecture.md draws the same picture.</summary>
    private static readonly SortedDictionary<string, string[]> House = new(StringComparer.Ordinal)
    {
        ["P2PStream.Scheduling"] = [],
        ["P2PStream.Protocol"] = [],
        ["P2PStream.Discovery"] = [],
        ["P2PStream.Swarm"] = ["P2PStream.Protocol", "P2PStream.Scheduling"],
        ["P2PStream.Transport"] = ["P2PStream.Discovery", "P2PStream.Protocol"],
        ["P2PStream"] =
        [
            "P2PStream.Discovery", "P2PStream.Protocol", "P2PStream.Scheduling", "P2PStream.Swarm",
            "P2PStream.Transport",
        ],
        ["P2PStream.Http"] = ["P2PStream"],
        ["P2PStream.Simulation"] = ["P2PStream.Discovery", "P2PStream.Swarm"],
        ["P2PStream.Testing"] = ["P2PStream"],
    };

    private static readonly string[] Cores =
        ["P2PStream.Discovery", "P2PStream.Protocol", "P2PStream.Scheduling", "P2PStream.Swarm"];

    public static TheoryData<string> Rooms => [.. House.Keys];

    [Fact]
    public void Src_holds_the_rooms_of_the_house_and_no_other()
    {
        var projects = Repository.Files("src", "*.csproj").Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(House.Keys, projects.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_refers_to_exactly_the_rooms_below_it(string room)
    {
        var references = Repository.ProjectReferences($"src/{room}/{room}.csproj");
        Assert.Equal(House[room], references.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_compiled_room_touches_no_room_that_it_may_not_reach(string room)
    {
        var touched = CompiledAssembly.Open(room).ReferencedAssemblies
            .Where(name => House.ContainsKey(name));
        Assert.Empty(touched.Except(Reachable(room)));
    }

    [Fact]
    public void Exactly_the_cores_are_declared_sans_IO()
    {
        var declared = House.Keys.Where(room => Repository.ReadProject($"src/{room}/{room}.csproj")
            .Descendants("SansIO").Any(element => element.Value == "true"));
        Assert.Equal(Cores, declared);
    }

    [Fact]
    public void Nothing_that_ships_refers_to_tests_benches_samples_or_tools()
    {
        var strangers = Repository.Files("src", "*.csproj")
            .Concat(Repository.Files("tools", "*.csproj"))
            .SelectMany(Repository.ProjectReferences)
            .Where(name => !House.ContainsKey(name) || name == "P2PStream.Testing");
        Assert.Empty(strangers);
    }

    private static HashSet<string> Reachable(string room)
    {
        HashSet<string> reached = [];
        var open = new Stack<string>(House[room]);
        while (open.TryPop(out var next))
        {
            if (!reached.Add(next)) continue;
            foreach (var below in House[next]) open.Push(below);
        }

        return reached;
    }
}
