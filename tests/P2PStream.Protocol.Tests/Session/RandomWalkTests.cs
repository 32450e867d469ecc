namespace P2PStream.Protocol.Tests;

/// <summary>Conforming ends never offend each other, every request has one outcome, every block is the
/// right one, nothing leaks.</summary>
public sealed class RandomWalkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Long_walks_end_well(int seed)
    {
        using var walk = new RandomWalk(seed);
        walk.Run(600);
    }

    [Theory]
    [InlineData(74)] // A cancel that overtook the accept.
    public void Walks_that_once_failed_end_well(int seed)
    {
        using var walk = new RandomWalk(seed);
        walk.Run(150);
    }

    [ManyCases(30)]
    public void Short_walks_end_well(int seed)
    {
        using var walk = new RandomWalk(seed);
        walk.Run(150);
    }
}
