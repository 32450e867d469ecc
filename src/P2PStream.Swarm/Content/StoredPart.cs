using System.Buffers;
using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>
/// A part's blocks in memory. A block is absent, unverified (placed, its leaf not known yet) or
/// verified; only verified ones are ever handed out.
/// </summary>
internal sealed class StoredPart(PartDigest digest)
{
    /// <summary>Borrowed while there are any blocks, most parts of a film have none; may be longer than the part.</summary>
    private Slot[]? _slots;

    /// <summary>Of blocks that wait for their leaf: few parts ever have any.</summary>
    private Hash256[]? _digests;

    public PartDigest Digest { get; } = digest;

    public int Blocks => Digest.Blocks;

    public int VerifiedCount { get; private set; }

    public int PlacedCount { get; private set; }

    public bool IsComplete => VerifiedCount == Blocks;

    public bool IsVerified(int index) => _slots is { } slots && slots[index].IsVerified;

    public bool IsPlaced(int index) => _slots is { } slots && slots[index].Lease is not null;

    /// <summary>Of an unverified block.</summary>
    public Hash256 DigestOf(int index) => _digests![index];

    /// <summary>Who gave a block.</summary>
    public int GiverOf(int index) => _slots![index].Giver;

    /// <summary>A verified block; the store's reference, not a new one.</summary>
    public Lease? Verified(int index) => IsVerified(index) ? _slots![index].Lease : null;

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
        _slots ??= ArrayPool<Slot>.Shared.Rent(Blocks);
        _slots[index] = new Slot { Lease = lease, Giver = giver };
        PlacedCount++;
    }

    public void MarkVerified(int index)
    {
        _slots![index].IsVerified = true;
        VerifiedCount++;
    }

    /// <summary>Drops an unverified block.</summary>
    public void Discard(int index)
    {
        if (IsVerified(index)) throw new InvalidOperationException("A verified block stays.");
        _slots![index].Lease!.Release();
        _slots[index] = default;
        PlacedCount--;
    }

    /// <summary>Releases everything.</summary>
    public void Clear()
    {
        if (_slots is not { } slots) return;
        for (var i = 0; i < Blocks; i++) slots[i].Lease?.Release();
        _slots = null;
        ArrayPool<Slot>.Shared.Return(slots, clearArray: true);
        VerifiedCount = PlacedCount = 0;
    }

    private record struct Slot(Lease? Lease, int Giver, bool IsVerified);
}
