namespace P2PStream.Simulation;

/// <summary>A swarm to be tried in virtual time: what is shown, by whom, to whom, over which network. Data
/// only; with a seed it determines a run completely.</summary>
public sealed record Scenario
{
    /// <summary>A short name, for tables and plots.</summary>
    public string Name { get; set; } = "unnamed";

    /// <summary>One sentence for people.</summary>
    public string Description { get; set; } = "";

    /// <summary>Virtual seconds to run, at most 86,400; a run ends earlier once every viewer is done.</summary>
    public double Seconds { get; set; } = 120;

    /// <summary>Name of the block picker that every node uses.</summary>
    public string Picker { get; set; } = PickerCatalog.Default;

    /// <summary>What is shown.</summary>
    public MediaScenario Media { get; set; } = new();

    /// <summary>The publisher and its edge nodes.</summary>
    public PublisherScenario Publisher { get; set; } = new();

    /// <summary>The HTTP origin; null where there is none.</summary>
    public OriginScenario? Origin { get; set; }

    /// <summary>What lies between the nodes.</summary>
    public NetworkScenario Network { get; set; } = new();

    /// <summary>How nodes find each other.</summary>
    public DiscoveryScenario Discovery { get; set; } = new();

    /// <summary>Who watches, when they come and when they go.</summary>
    public AudienceScenario Audience { get; set; } = new();

    /// <summary>How they watch.</summary>
    public PlayerScenario Player { get; set; } = new();

    /// <summary>What goes wrong on the way, in any order.</summary>
    public IReadOnlyList<Disturbance> Disturbances { get; set; } = [];
}
