using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>A request to the origin, at the node that made it.</summary>
internal sealed class OriginFetch(SimulatedNode node, OriginRun run) : IEventTarget
{
    public const int BlockReached = 1;
    public const int ErrorCame = 2;
    private const int BlockCame = 3;

    private int _reached;
    private int _came;
    private bool _isReleased;

    public SimulatedNode Node => node;

    public OriginRun Run => run;

    /// <summary>All of its blocks have come.</summary>
    public bool IsDone => _came == run.Blocks.Count;

    public void Happen(int what, object? data)
    {
        switch (what)
        {
            case BlockReached:
                var length = run.Blocks[_reached++].Lease.Length;
                node.Clock.At(node.Downlink.Receive(length, node.Clock.Now), this, BlockCame);
                break;
            case BlockCame when !_isReleased: Deliver(); break;
            case ErrorCame when !_isReleased: Fail(); break;
        }
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Release()
    {
        _isReleased = true;
        for (var i = _came; i < run.Blocks.Count; i++) run.Blocks[i].Lease.Release();
    }

    private void Deliver()
    {
        if (!node.IsHere)
        {
            Release();
            return;
        }

        var index = _came++;
        var first = run.Offset / ContentLimits.BlockBytes;
        node.OriginArrived(this, run.Blocks[index], (ushort)(first + index));
    }

    private void Fail()
    {
        Release();
        if (node.IsHere) node.OriginFailed(this);
    }
}
