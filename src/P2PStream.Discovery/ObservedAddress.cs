namespace P2PStream.Discovery;

/// <summary>Our own endpoint as others see it (key <c>ip</c> of their replies, BEP 42). One node
/// may lie: two on different networks must agree, except on loopback, where nobody is far
/// away.</summary>
internal sealed class ObservedAddress
{
    private DhtEndPoint _claimed;
    private DhtEndPoint _claimedBy;

    /// <summary>Null until it is known.</summary>
    public DhtEndPoint? EndPoint { get; private set; }

    public void Tell(ReadOnlySpan<byte> compact, DhtEndPoint by)
    {
        if (!DhtEndPoint.TryReadCompact(compact, out var seen) || !seen.IsUsable) return;
        if (seen == EndPoint) return;
        var isConfirmed = seen == _claimed && by.Network != _claimedBy.Network;
        if (isConfirmed || (seen.IsLoopback && by.IsLoopback)) EndPoint = seen;
        (_claimed, _claimedBy) = (seen, by);
    }
}
