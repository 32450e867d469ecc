namespace P2PStream.Discovery;

/// <summary>The sample of stored info-hashes that this node gives out (BEP 51). It stays the same
/// for a while, so that asking again and again does not enumerate the store sooner.</summary>
internal sealed class InfoHashSampler(PeerStore peers, SeededRandom random)
{
    /// <summary>Most info-hashes in one sample.</summary>
    public const int MaxSamples = 20;

    /// <summary>How long a sample stays.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly InfoHash[] _sample = new InfoHash[MaxSamples];
    private int _count;
    private TimeSpan _next;

    public ReadOnlySpan<InfoHash> Get(TimeSpan now)
    {
        // An empty sample hides nothing by staying.
        if (now >= _next || _count == 0)
        {
            _count = peers.Sample(random, _sample);
            _next = now + Interval;
        }

        return _sample.AsSpan(0, _count);
    }
}
