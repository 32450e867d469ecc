namespace P2PStream.Protocol.Tests;

/// <summary>Two conforming owners that do anything at any time over a link that cuts and delays as it
/// likes; a seed says all.</summary>
internal sealed class RandomWalk : IDisposable
{
    private readonly Random _random;
    private readonly Pair _pair = new();
    private readonly MemoryStream[] _links = [new(), new()];
    private readonly Owner[] _owners;

    public RandomWalk(int seed)
    {
        _random = new Random(seed);
        _owners = [new Owner(_pair.A), new Owner(_pair.B)];
    }

    public void Run(int steps)
    {
        for (var i = 0; i < steps; i++) Step();
        Settle();
        foreach (var owner in _owners)
        {
            Assert.False(owner.End.Session.HasEnded, owner.End.Session.Violation.ToString());
            owner.Check();
        }

        // Nothing is under way any more: only what arrived and was kept is out of the pool.
        Assert.Equal(_owners.Sum(o => o.Arrived), _pair.Pool.Rented);
    }

    public void Dispose()
    {
        _pair.Dispose();
        foreach (var link in _links) link.Dispose();
    }

    private void Step()
    {
        var side = _random.Next(2);
        switch (_random.Next(4))
        {
            case 0:
                _links[side].Write(_owners[side].End.Transmit(_pair.Now));
                break;
            case 1:
                Deliver(side, _random.Next(1, 40_000));
                break;
            case 2:
                _pair.Now += TimeSpan.FromMilliseconds(_random.Next(20));
                foreach (var owner in _owners) owner.End.Session.Tick(_pair.Now);
                break;
            default:
                _owners[side].Act(_random, _pair);
                break;
        }

        foreach (var owner in _owners) owner.Answer(_random, _pair);
    }

    private void Deliver(int side, int most)
    {
        var link = _links[side];
        var bytes = link.ToArray();
        var take = Math.Min(bytes.Length, most);
        if (take == 0) return;
        link.SetLength(0);
        link.Write(bytes.AsSpan(take));
        _owners[1 - side].End.Feed(bytes.AsSpan(0, take), _pair.Now);
    }

    private void Settle()
    {
        foreach (var owner in _owners) owner.IsSettling = true;
        for (var quiet = 0; quiet < 3; quiet++)
        {
            for (var side = 0; side < 2; side++)
            {
                _links[side].Write(_owners[side].End.Transmit(_pair.Now));
                if (_links[side].Length > 0) quiet = 0;
                Deliver(side, int.MaxValue);
                _owners[side].Answer(_random, _pair);
                _owners[1 - side].Answer(_random, _pair);
            }
        }
    }
}
