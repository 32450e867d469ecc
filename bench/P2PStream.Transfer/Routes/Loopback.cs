namespace P2PStream.Transfer;

/// <summary>Loopback as it is.</summary>
internal sealed class Loopback : Route
{
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
