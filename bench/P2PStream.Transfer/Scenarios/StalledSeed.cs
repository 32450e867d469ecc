namespace P2PStream.Transfer;

/// <summary>Streaming over 40 Mbit/s from two seeds, of which one stops when 6 MB are read: nothing
/// comes from it any more, and its connections stay open.</summary>
internal sealed class StalledSeed(params IReadOnlyList<Client> clients)
    : Streaming("one of two seeds stalls", clients)
{
    public override string? Missing => NetworkNamespace.Missing;

    protected override int Seeds => 2;

    protected override bool IsStalled => true;

    protected override Route Open() => new ShapedLoopback(SlowLink.Megabits);
}
