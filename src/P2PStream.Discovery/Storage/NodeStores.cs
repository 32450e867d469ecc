namespace P2PStream.Discovery;

/// <summary>What a node keeps for others and about strangers, shared by both of its address
/// families; peers alone are kept apart, as their networks are.</summary>
internal sealed class NodeStores(KademliaOptions options, SeededRandom random)
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly PeerStore _peers4 = new(options);
    private readonly PeerStore _peers6 = new(options);
    private TimeSpan _nextSweep;

    public ItemStore Items { get; } = new(options);

    public TokenIssuer Tokens { get; } = new(random);

    public ReplyBudget Budget { get; } = new(options);

    public PeerStore PeersOf(bool isIPv6) => isIPv6 ? _peers6 : _peers4;

    public void Tick(TimeSpan now)
    {
        if (now < _nextSweep) return;
        _nextSweep = now + SweepInterval;
        _peers4.Sweep(now);
        _peers6.Sweep(now);
        Items.Sweep(now);
    }
}
