using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>What a segment takes, by its record.</summary>
internal static class RecordSize
{
    /// <summary>Blocks of all parts.</summary>
    public static int Blocks(this SegmentRecord record)
    {
        var blocks = 0;
        foreach (var part in record.Parts) blocks += part.Blocks;
        return blocks;
    }
}
