namespace P2PStream.Transfer;

/// <summary>Streaming over a loopback that carries 40 Mbit/s.</summary>
internal sealed class SlowLink(params IReadOnlyList<Client> clients)
    : Streaming("streaming at 40 Mbit", clients)
{
    public const double Megabits = 40;

    public override string? Missing => NetworkNamespace.Missing;

    protected override IReadOnlyList<string> Compared => ["first 1 MB", "seek, 1 MB"];

    protected override IReadOnlyList<string> References => ["libtorrent v2, sequential"];

    protected override Route Open() => new ShapedLoopback(Megabits);

    protected override double Ideal(long bytes) => bytes * 8 / (Megabits * 1e6);
}
