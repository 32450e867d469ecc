using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>What a segment takes, and what it is, by its record.</summary>
internal static class RecordSize
{
    /// <summary>Blocks of all parts.</summary>
    public static int Blocks(this SegmentRecord record)
    {
        var blocks = 0;
        for (var i = 0; i < record.Parts.Count; i++) blocks += record.Parts[i].Blocks;
        return blocks;
    }

    /// <summary>True for what has no place on a time line: pieces of a plain file, initialization segments.</summary>
    public static bool PlaysForNoTime(this SegmentRecord record) =>
        record.Duration == TimeSpan.Zero && record.Start == TimeSpan.Zero;
}
