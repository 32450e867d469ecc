using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A request that a swarm made.</summary>
/// <param name="Number">The request or ticket.</param>
/// <param name="Peer">Whom it was made of.</param>
/// <param name="Block">What for.</param>
/// <param name="Lease">Where the bytes go.</param>
/// <param name="Run">The run at the origin; 0 at a peer.</param>
internal sealed record AskedBlock(uint Number, int Peer, BlockId Block, Lease Lease, uint Run);

/// <summary>What a swarm waits for, as its shell sees it. Fails when it asks for a block a third time, or twice
/// of the same.</summary>
internal sealed class AskedBlocks
{
    private readonly SortedDictionary<uint, AskedBlock> _open = [];

    public int Count => _open.Count;

    public int CountAtPeers => _open.Values.Count(asked => asked.Run == 0);

    public int Total { get; private set; }

    public uint? FirstRun
    {
        get
        {
            foreach (var asked in _open.Values)
                if (asked.Run > 0) return asked.Run;
            return null;
        }
    }

    public void Add(AskedBlock asked)
    {
        Total++;
        var copies = _open.Values.Where(other => other.Block == asked.Block).ToArray();
        Assert.True(_open.TryAdd(asked.Number, asked), "a request's number is used twice");
        if (asked.Run > 0) return;
        Assert.True(copies.Count(other => other.Run == 0) < 2, $"{asked.Block} is asked for a third time");
        Assert.DoesNotContain(copies, other => other.Peer == asked.Peer);
    }

    public IEnumerable<AskedBlock> Of(int peer) => _open.Values.Where(asked => asked.Peer == peer);

    public void End(uint number) => _open.Remove(number);

    public bool TryCancel(uint number)
    {
        if (!_open.Remove(number, out var asked)) return false;
        asked.Lease.Release();
        return true;
    }

    public void EndRun(uint run) => EndAll(asked => asked.Run == run);

    public void PeerLeft(int peer) => EndAll(asked => asked.Peer == peer);

    public void Release() => EndAll(_ => true);

    private void EndAll(Predicate<AskedBlock> which)
    {
        foreach (var asked in _open.Values.ToArray())
            if (which(asked)) TryCancel(asked.Number);
    }
}
