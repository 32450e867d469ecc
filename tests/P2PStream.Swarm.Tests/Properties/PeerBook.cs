using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>What one peer has said, and what is owed to it for that.</summary>
internal sealed class PeerBook
{
    public HashSet<SegmentId> Segments { get; } = [];

    public HashSet<BlockId> Blocks { get; } = [];

    public bool MustBeBanned { get; set; }

    public bool IsBanned { get; set; }

    public bool Has(BlockId block) => Segments.Contains(block.Segment) || Blocks.Contains(block);
}
