using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>An origin in virtual time: its requests share one rate, block by block in turn.</summary>
internal sealed class VirtualOrigin(VirtualClock clock, double bytesPerSecond)
{
    private readonly LinkedList<Fetch> _fetches = new();
    private readonly List<Fetch> _travelling = [];
    private bool _isBusy;

    public long BytesServed { get; private set; }

    public int Requests { get; private set; }

    /// <summary>How long a request travels.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Called for every request.</summary>
    public Action<OriginRun>? Asked { get; set; }

    /// <summary>True while every request fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>True for segments that it does not have.</summary>
    public Func<SegmentId, bool>? Lacks { get; set; }

    /// <summary>Gives other bytes than were published.</summary>
    public bool IsCorrupt { get; set; }

    public void Start(VirtualNode node, OriginRun run)
    {
        Requests++;
        Asked?.Invoke(run);
        var fetch = new Fetch(node, run);
        _travelling.Add(fetch);
        if (Latency == TimeSpan.Zero) Arrive(fetch);
        else clock.After(Latency, () => Arrive(fetch));
    }

    public void Cancel(VirtualNode node, uint number)
    {
        if (_travelling.Find(each => each.Node == node && each.Run.Number == number) is { } fetch)
        {
            _travelling.Remove(fetch);
            fetch.Release();
            return;
        }

        for (var item = _fetches.First; item is not null; item = item.Next)
        {
            if (item.Value.Node != node || item.Value.Run.Number != number) continue;
            item.Value.Release();
            _fetches.Remove(item);
            return;
        }
    }

    private void Arrive(Fetch fetch)
    {
        if (!_travelling.Remove(fetch)) return;
        _fetches.AddLast(fetch);
        Serve();
    }

    private void Serve()
    {
        if (_isBusy || _fetches.First is not { } item) return;
        var fetch = item.Value;
        _fetches.Remove(item);
        var isMissing = Lacks?.Invoke(fetch.Run.Record.Id) == true;
        if (IsDown || isMissing)
        {
            fetch.Release();
            clock.After(TimeSpan.FromMilliseconds(20),
                () => fetch.Node.OriginFailed(fetch.Run.Number, isMissing));
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
