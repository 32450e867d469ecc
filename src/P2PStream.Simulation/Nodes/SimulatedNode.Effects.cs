using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <content>What the swarm asks of its shell.</content>
internal sealed partial class SimulatedNode
{
    /// <summary>Requests that the origin has not done with, by their runs.</summary>
    private readonly Dictionary<uint, OriginFetch> _fetches = [];

    /// <summary>A block has come from the origin.</summary>
    public void OriginArrived(OriginFetch fetch, OriginBlock block, ushort index)
    {
        if (fetch.IsDone) _fetches.Remove(fetch.Run.Number);
        var leaf = _world.Stream.Leaf(new BlockId(fetch.Run.Record.Id, 0, index));
        Swarm.OriginArrived(block.Ticket, block.Lease, leaf, Clock.Now);
        PlanTurn();
    }

    public void OriginFailed(OriginFetch fetch)
    {
        _fetches.Remove(fetch.Run.Number);
        Swarm.OriginFailed(fetch.Run.Number, isMissing: false, Clock.Now);
        PlanTurn();
    }

    private void FetchOrigin(OriginRun run)
    {
        var fetch = new OriginFetch(this, run);
        _fetches.Add(run.Number, fetch);
        _world.Origin!.Ask(fetch);
    }

    private void CancelOrigin(uint run)
    {
        if (!_fetches.Remove(run, out var fetch)) return;
        fetch.Release();
        _world.Origin!.Cancel(fetch);
    }

    private void Perform(in SwarmEffect effect)
    {
        switch (effect.Kind)
        {
            case SwarmEffectKind.Command: Perform(effect.Peer, effect.Command); break;
            case SwarmEffectKind.Dial: DialOut(effect.Address); break;
            case SwarmEffectKind.Ban: Ban(effect.Peer); break;
            case SwarmEffectKind.FetchOrigin: FetchOrigin(effect.Run!); break;
            case SwarmEffectKind.CancelOrigin: CancelOrigin(effect.Number); break;
            case SwarmEffectKind.ReadOwnMedia:
                // What is known of a block is its leaf: a publisher's media is what it published.
                Swarm.OwnMediaRead(effect.Peer, effect.Number, effect.Block, effect.Lease,
                    _world.Stream.Leaf(effect.Block), effect.Deadline);
                break;
            case SwarmEffectKind.SegmentCompleted when Role.Class.Kind == NodeKind.Viewer && !Role.IsPublisher:
                _world.Spread.Completed(effect.Block.Segment, Arrived, Clock);
                break;
            case SwarmEffectKind.ReaderBlock: Player!.Block(effect.Number, effect.Lease!); break;
            case SwarmEffectKind.ReaderCompleted: Player!.SegmentCompleted(effect.Number); break;
            case SwarmEffectKind.CatalogChanged or SwarmEffectKind.RecordsChanged:
                Player?.Learn();
                break;
            case SwarmEffectKind.WriteBlock: effect.Lease!.Release(); break;
        }
    }

    private void Perform(int peer, in SessionCommand command)
    {
        if (FindLink(peer) is not { } link)
        {
            command.Lease?.Release();
            return;
        }

        link.Do(command);
        Touch(link);
    }

    private LinkEnd? FindLink(int peer) => _byPeer.GetValueOrDefault(peer);

    private void Ban(int peer)
    {
        Meter.Bans++;
        if (FindLink(peer) is { } link) Swarm.Forbid(link.Remote.Address);
    }

    /// <summary>Nobody does it any more.</summary>
    private static void Release(in SwarmEffect effect)
    {
        effect.Lease?.Release();
        effect.Command.Lease?.Release();
        if (effect.Kind == SwarmEffectKind.FetchOrigin)
            foreach (var block in effect.Run!.Blocks) block.Lease.Release();
    }
}
