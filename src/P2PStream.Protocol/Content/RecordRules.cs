namespace P2PStream.Protocol;

/// <summary>What a record must keep to be encoded, and to be accepted when decoded.</summary>
internal static class RecordRules
{
    /// <summary>The first rule that the record breaks, for people; null when it breaks
    /// none.</summary>
    public static string? Violation(SegmentRecord record)
    {
        if (record.Id.Sequence > ContentLimits.LastSequence)
            return "The sequence is above 2^62 - 1.";
        if (record.Parts.Count is 0 or > ContentLimits.PartsPerSegment)
            return "A segment has 1 to 64 parts.";
        for (var i = 0; i < record.Parts.Count; i++)
        {
            if (record.Parts[i].Length is < 0 or > ContentLimits.PartBytes)
                return "A part has 0 to 64 MiB.";
        }

        if (record.Start.Ticks is < 0 or > ContentLimits.LastTick)
            return "The start is out of range.";
        if (record.Duration.Ticks is < 0 or > ContentLimits.LastTick)
            return "The duration is out of range.";
        if (record.PublishedAt is < 0 or > ContentLimits.LastUnixSecond * 1000 + 999)
            return "The publication time is out of range.";
        if (record.Initialization is < -1 or > (long)ContentLimits.LastSequence)
            return "The initialization segment is out of range.";
        // Offset and length may be added without overflow.
        return record.OriginOffset is < -1 or > long.MaxValue / 2
            ? "The offset is out of range."
            : null;
    }
}
