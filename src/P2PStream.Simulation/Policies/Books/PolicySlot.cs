namespace P2PStream.Simulation;

/// <summary>One wanted block: who has it, and whom it was asked of.</summary>
internal sealed class PolicySlot(PolicySegment segment, long position, TimeSpan deadline)
{
    internal PolicySegment Segment { get; } = segment;

    internal PolicyLane Lane => Segment.Lane;

    internal long Position { get; } = position;

    internal TimeSpan Deadline { get; set; } = deadline;

    internal bool IsHeld { get; set; }

    /// <summary>Peers that advertise it, in the order they said so.</summary>
    internal List<PolicySource> Peers { get; } = [];

    /// <summary>Sources that cost money and have it.</summary>
    internal List<PolicySource> Origins { get; } = [];

    /// <summary>Of <see cref="Origins"/>, those this node was elected to ask.</summary>
    internal List<PolicySource> Elected { get; } = [];

    /// <summary>Requests in flight: two at most.</summary>
    internal List<PolicyRequest> Requests { get; } = [];

    internal bool IsOpen => !IsHeld && Requests.Count == 0;

    internal bool IsAt(PolicySource source) =>
        (source.IsOrigin ? Origins : Peers).Contains(source);

    internal void SetAt(PolicySource source, bool available)
    {
        List<PolicySource> holders = source.IsOrigin ? Origins : Peers;
        if (!available) holders.Remove(source);
        else if (!holders.Contains(source)) holders.Add(source);
    }

    internal void Forget(PolicySource source)
    {
        Peers.Remove(source);
        Origins.Remove(source);
        Elected.Remove(source);
    }
}
