using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>An origin in virtual time: its requests share one rate, block by block in turn.</summary>
internal sealed class VirtualOrigin(VirtualClock clock, double bytesPerSecond)
{
    private readonly LinkedList<Fetch> _fetches = new();
    private bool _isBusy;

    public long BytesServed { get; private set; }

    public int Requests { get; private set; }

    /// <summary>True while every request fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>Gives other bytes than were published.</summary>
    public bool IsCorrupt { get; set; }

    public void Start(VirtualNode node, OriginRun run)
    {
        Requests++;
        _fetches.AddLast(new Fetch(node, run));
        Serve();
    }

    public void Cancel(VirtualNode node, uint number)
    {
        for (var item = _fetches.First; item is not null; item = item.Next)
        {
            if (item.Value.Node != node || item.Value.Run.Number != number) continue;
            item.Value.Release();
            _fetches.Remove(item);
            return;
        }
    }

    private void Serve()
    {
        if (_isBusy || _fetches.First is not { } item) return;
        var fetch = item.Value;
        _fetches.Remove(item);
        if (IsDown)
        {
            fetch.Release();
            clock.After(TimeSpan.FromMilliseconds(20),
                () => fetch.Node.OriginFailed(fetch.Run.Number));
            Serve();
            return;
        }

        _isBusy = true;
        var block = fetch.Run.Blocks[fetch.Next];
        _fetches.AddLast(fetch);
        clock.After(TimeSpan.FromSeconds(block.Lease.Length / bytesPerSecond), () =>
        {
            _isBusy = false;
            if (!fetch.IsReleased) Deliver(fetch, block);
            Serve();
        });
    }

    private void Deliver(Fetch fetch, OriginBlock block)
    {
        BytesServed += block.Lease.Length;
        var offset = fetch.Run.Offset;
        for (var i = 0; i < fetch.Next; i++) offset += fetch.Run.Blocks[i].Lease.Length;
        TestStream.Fill(fetch.Run.Record.Id, offset, block.Lease.Memory.Span);
        if (IsCorrupt) block.Lease.Memory.Span[0] ^= 1;
        fetch.Next++;
        if (fetch.Next == fetch.Run.Blocks.Count) _fetches.Remove(fetch);
        fetch.Node.OriginArrived(block.Ticket, block.Lease);
    }

    private sealed class Fetch(VirtualNode node, OriginRun run)
    {
        public VirtualNode Node { get; } = node;

        public OriginRun Run { get; } = run;

        public int Next { get; set; }

        public bool IsReleased { get; private set; }

        public void Release()
        {
            IsReleased = true;
            for (var i = Next; i < Run.Blocks.Count; i++) Run.Blocks[i].Lease.Release();
        }
    }
}
