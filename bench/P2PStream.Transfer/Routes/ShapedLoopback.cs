namespace P2PStream.Transfer;

/// <summary>All ends in one namespace whose loopback carries no more than a rate, all of them
/// together.</summary>
internal sealed class ShapedLoopback : Route
{
    private readonly NetworkNamespace _namespace = new();

    public ShapedLoopback(double megabits)
    {
        try
        {
            // Loopback's own 64 KiB packets would pass the shaper in lumps.
            _namespace.Ip("link", "set", "lo", "mtu", "1500");
            _namespace.Shape("lo", megabits);
        }
        catch (IOException)
        {
            _namespace.Dispose();
            throw;
        }
    }

    public override Place Seeds => _namespace.At("127.0.0.1");

    public override Place Leeches => Seeds;

    public override ValueTask DisposeAsync()
    {
        _namespace.Dispose();
        return ValueTask.CompletedTask;
    }
}
