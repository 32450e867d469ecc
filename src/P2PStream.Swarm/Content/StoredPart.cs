using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// A part's blocks in memory. A block is absent, unverified (placed, its leaf not known yet) or
/// verified; only verified ones are ever handed out.
/// </summary>
internal sealed class StoredPart(PartDigest digest)
{
    private readonly Lease?[] _blocks = new Lease?[digest.Blocks];
    private readonly bool[] _verified = new bool[digest.Blocks];
    private readonly int[] _givers = new int[digest.Blocks];

    /// <summary>Of blocks that wait for their leaf: few parts ever have any.</summary>
    private Hash256[]? _digests;

    public PartDigest Digest { get; } = digest;

    public int Blocks => _blocks.Length;

    public int VerifiedCount { get; private set; }

    public int PlacedCount { get; private set; }

    public bool IsComplete => VerifiedCount == _blocks.Length;

    public bool IsVerified(int index) => _verified[index];

    public bool IsPlaced(int index) => _blocks[index] is not null;

    /// <summary>Of an unverified block.</summary>
    public Hash256 DigestOf(int index) => _digests![index];

    /// <summary>Who gave a block.</summary>
    public int GiverOf(int index) => _givers[index];

    /// <summary>A verified block; the store's reference, not a new one.</summary>
    public Lease? Verified(int index) => _verified[index] ? _blocks[index] : null;

    /// <summary>Keeps a block whose leaf is not known yet; takes over the reference.</summary>
    public void Place(int index, Lease lease, Hash256 digest, int giver)
    {
        _digests ??= new Hash256[Blocks];
        _digests[index] = digest;
        Place(index, lease, giver);
    }

    /// <summary>Keeps a block that has proved to be right, to be marked so; takes over the
    /// reference.</summary>
    public void Place(int index, Lease lease, int giver)
    {
        _blocks[index] = lease;
        _givers[index] = giver;
        PlacedCount++;
    }

    public void MarkVerified(int index)
    {
        _verified[index] = true;
        VerifiedCount++;
    }

    /// <summary>Drops an unverified block.</summary>
    public void Discard(int index)
    {
        if (_verified[index]) throw new InvalidOperationException("A verified block stays.");
        _blocks[index]!.Release();
        _blocks[index] = null;
        PlacedCount--;
    }

    /// <summary>Releases everything.</summary>
    public void Clear()
    {
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i]?.Release();
            _blocks[i] = null;
            _verified[i] = false;
        }

        VerifiedCount = PlacedCount = 0;
    }
}
