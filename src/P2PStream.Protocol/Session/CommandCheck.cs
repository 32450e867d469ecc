namespace P2PStream.Protocol;

/// <summary>Says no to what a remote would call a violation before it is queued: the owner's bug
/// shows where it is made.</summary>
internal static class CommandCheck
{
    public static void ThrowIfUnsendable(FrameType type, in SessionCommand command)
    {
        var isSendable = type switch
        {
            FrameType.Have or FrameType.Drop or FrameType.RecordsWant =>
                command.Count > 0 && Ends(command),
            FrameType.Interest => command.Count == 0 || Ends(command),
            FrameType.HaveBlocks =>
                command.Count <= ContentLimits.BlocksPerPart
                && WireFormat.IsRun(command.Block, (int)command.Count),
            FrameType.LeavesWant => WireFormat.IsRun(command.Block, 1),
            FrameType.Leaves =>
                WireFormat.IsRun(command.Block, 1)
                && command.Payload.Length % Hash256.Size == 0
                && Fits(type, LeavesFrame.HeadSize + command.Payload.Length),
            FrameType.Records => Fits(type, RecordsFrame.HeadSize + command.Payload.Length),
            _ => Fits(type, command.Payload.Length),
        };
        if (!isSendable)
            throw new ArgumentException($"No frame {type} can carry what {command.Kind} says.");
    }

    /// <summary>True when a command that opens or accepts has the tags of a stream with a secret, false when it
    /// has none.</summary>
    public static bool HasTags(ReadOnlySpan<byte> payload, int count) => payload.Length switch
    {
        0 => false,
        var length when length == count * Hash256.Size => true,
        _ => throw new ArgumentException($"There are {count} tags of 32 bytes, or none."),
    };

    private static bool Ends(in SessionCommand command) =>
        command.Block.Segment.Sequence <= ulong.MaxValue - (command.Count - 1);

    private static bool Fits(FrameType type, int length)
    {
        var row = FrameTable.Find(type)!;
        return length >= row.MinimumLength && length <= row.MaximumLength;
    }
}
