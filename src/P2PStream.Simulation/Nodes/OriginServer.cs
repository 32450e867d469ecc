using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <summary>An origin in virtual time: its requests share one rate, block by block in turn.</summary>
internal sealed class OriginServer(World world, OriginScenario origin) : IEventTarget
{
    private const int RequestCame = 1;
    private const int BlockLeft = 2;
    private const int BlockCame = 3;
    private const int ErrorCame = 4;

    private readonly Dictionary<(int Node, uint Run), Fetch> _byRun = [];
    private readonly Queue<Fetch> _ready = [];
    private bool _isBusy;

    public long Identity => -1;

    /// <summary>Bytes of blocks sent to viewers that are not hostile: what a staller fetches for itself is no
    /// copy that the swarm could have spared.</summary>
    public long BytesServed { get; private set; }

    public int Requests { get; private set; }

    private TimeSpan HalfLatency => TimeSpan.FromMilliseconds(origin.LatencyMilliseconds / 2);

    public void Start(SimulatedNode node, OriginRun run)
    {
        Requests++;
        var fetch = new Fetch(node, run);
        _byRun.Add((node.Number, run.Number), fetch);
        world.Clock.After(HalfLatency, this, RequestCame, fetch);
    }

    public void Cancel(SimulatedNode node, uint run)
    {
        if (_byRun.Remove((node.Number, run), out var fetch)) fetch.Release();
    }

    public void Happen(int what, object? data)
    {
        if (what == BlockLeft)
        {
            _isBusy = false;
            Leave((Fetch)data!);
            Serve();
        }
        else if (what == RequestCame)
        {
            _ready.Enqueue((Fetch)data!);
            Serve();
        }
        else if (what == BlockCame) Deliver((Fetch)data!);
        else Fail((Fetch)data!);
    }

    private void Serve()
    {
        while (!_isBusy && _ready.TryDequeue(out var fetch))
        {
            if (fetch.IsReleased) continue;
            if (world.Network.IsOriginDown)
            {
                world.Clock.After(HalfLatency, this, ErrorCame, fetch);
                continue;
            }

            _isBusy = true;
            var time = Wire.Time(fetch.Run.Blocks[fetch.Sent].Lease.Length, origin.BitsPerSecond);
            world.Clock.After(time, this, BlockLeft, fetch);
        }
    }

    private void Leave(Fetch fetch)
    {
        if (fetch.IsReleased) return;
        var length = fetch.Run.Blocks[fetch.Sent++].Lease.Length;
        if (fetch.Node.Role.Class.Kind == NodeKind.Viewer) BytesServed += length;
        if (fetch.Sent < fetch.Run.Blocks.Count) _ready.Enqueue(fetch);
        var arrives = world.Clock.Now + HalfLatency;
        world.Clock.At(fetch.Node.Downlink.Receive(length, arrives), this, BlockCame, fetch);
    }

    private void Deliver(Fetch fetch)
    {
        if (fetch.IsReleased) return;
        if (!fetch.Node.IsHere)
        {
            Cancel(fetch.Node, fetch.Run.Number);
            return;
        }

        var index = fetch.Came++;
        var first = fetch.Run.Offset / ContentLimits.BlockBytes;
        var block = fetch.Run.Blocks[index];
        if (fetch.Came == fetch.Run.Blocks.Count)
            _byRun.Remove((fetch.Node.Number, fetch.Run.Number));
        fetch.Node.OriginArrived(block.Ticket, block.Lease,
            new BlockId(fetch.Run.Record.Id, 0, (ushort)(first + index)));
    }

    private void Fail(Fetch fetch)
    {
        if (!_byRun.Remove((fetch.Node.Number, fetch.Run.Number))) return;
        fetch.Release();
        if (fetch.Node.IsHere) fetch.Node.OriginFailed(fetch.Run.Number);
    }

    private sealed class Fetch(SimulatedNode node, OriginRun run)
    {
        public SimulatedNode Node => node;

        public OriginRun Run => run;

        /// <summary>Blocks that have left the origin.</summary>
        public int Sent { get; set; }

        /// <summary>Blocks that have come.</summary>
        public int Came { get; set; }

        public bool IsReleased { get; private set; }

        public void Release()
        {
            IsReleased = true;
            for (var i = Came; i < run.Blocks.Count; i++) run.Blocks[i].Lease.Release();
        }
    }
}
