namespace P2PStream.Simulation.Tests;

/// <summary>Links come about between two nodes that each do their part in their own time.</summary>
public sealed class DialTests : IDisposable
{
    private readonly World _world = new(new Scenario(), seed: 1, threads: 1);
    private readonly SimulatedNode _a;
    private readonly SimulatedNode _b;

    public DialTests()
    {
        _a = new SimulatedNode(_world, 0, new NodeRole(new NodeClass(), IsPublisher: false));
        _b = new SimulatedNode(_world, 1, new NodeRole(new NodeClass(), IsPublisher: false));
        // Whoever comes searches at once: the second finds the first, and the first nobody.
        _b.Start();
        _a.Start();
    }

    [Fact]
    public void Two_that_dial_each_other_have_one_link()
    {
        _b.Found(_a.Address);

        RunUntil(() => _a.Links.Count + _b.Links.Count >= 2);
        _world.RunUntil(_world.Clock.Now + TimeSpan.FromSeconds(1));

        Assert.Same(Assert.Single(_a.Links).Other, Assert.Single(_b.Links));
        Assert.Equal(0, _a.Meter.Bans + _b.Meter.Bans);
    }

    [Fact]
    public void Who_leaves_while_its_dial_is_answered_leaves_no_end_behind()
    {
        RunUntil(() => _b.Links.Count == 1);
        Assert.Empty(_a.Links);

        _a.Leave(isCrash: false);
        _world.RunUntil(_world.Clock.Now + TimeSpan.FromSeconds(1));

        Assert.Empty(_b.Links);
    }

    [Fact]
    public void Who_has_left_is_not_reached()
    {
        _world.RunUntil(TimeSpan.FromMilliseconds(20));
        _b.Leave(isCrash: true);
        _world.RunUntil(TimeSpan.FromSeconds(1));

        Assert.Empty(_a.Links);
    }

    public void Dispose() => _world.Dispose();

    private void RunUntil(Func<bool> isSo)
    {
        for (var milliseconds = 1; milliseconds < 1_000 && !isSo(); milliseconds++)
            _world.RunUntil(TimeSpan.FromMilliseconds(milliseconds));
        Assert.True(isSo());
    }
}
