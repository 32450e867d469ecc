using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream;

/// <content>Doing what the swarm asks; all of it on the loop.</content>
internal sealed partial class StreamRuntime
{
    private void Perform()
    {
        while (_swarm.TryTake(out var effect)) Perform(effect);
        _commands.PostAll();
    }

    private void Perform(in SwarmEffect effect)
    {
        switch (effect.Kind)
        {
            case SwarmEffectKind.Command: PerformCommand(effect); break;
            case SwarmEffectKind.Dial: _node.Dial(effect.Address, this); break;
            case SwarmEffectKind.Ban:
                if (_peers.TryGetValue(effect.Peer, out var banned)) _node.Ban(banned);
                break;
            case SwarmEffectKind.FetchOrigin:
                if (_origin is null || _stopping.IsCancellationRequested)
                    foreach (var block in effect.Run!.Blocks) block.Lease.Release();
                else _origin.Start(effect.Run!, _authority!.Catalog.Origin);
                Explain(effect);
                break;
            case SwarmEffectKind.Stalled: Explain(effect); break;
            case SwarmEffectKind.CancelOrigin: _origin?.Cancel(effect.Number); break;
            case SwarmEffectKind.ReadOwnMedia: ReadOwnMedia(effect); break;
            case SwarmEffectKind.WriteBlock:
                _store!.Add(effect.Block, effect.Lease!, effect.Number,
                    _swarm.FindRecord(effect.Block.Segment)?.Length ?? 0);
                break;
            case SwarmEffectKind.CatalogChanged:
                _authority = _swarm.Authority;
                Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
                break;
            case SwarmEffectKind.RecordsChanged:
                ConfirmFound();
                Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
                break;
            case SwarmEffectKind.ReaderBlock:
                if (!_feeds.TryGetValue(effect.Number, out var feed) || !feed.Add(effect.Lease!))
                    effect.Lease!.Release();
                break;
            case SwarmEffectKind.ReaderCompleted:
                if (_feeds.TryGetValue(effect.Number, out var whole)) whole.Complete();
                break;
            case SwarmEffectKind.ReaderEnded:
                if (_feeds.TryGetValue(effect.Number, out var ended))
                    ended.Fail("was published anew under another epoch");
                break;
            case SwarmEffectKind.BlockDelivered: Account(effect); break;
            case SwarmEffectKind.SegmentCompleted: Board.Completed(effect.Block.Segment); break;
            case SwarmEffectKind.Equivocation: Log.Equivocation(_log, Options.Stream.ToString()); break;
        }
    }

    /// <summary>What a segment consists of is known by its record only.</summary>
    private void ConfirmFound() => _found.RemoveAll(segment =>
    {
        if (_swarm.FindRecord(segment) is not { } record) return false;
        _store!.Confirm(record);
        return true;
    });

    private void PerformCommand(in SwarmEffect effect)
    {
        if (!_peers.TryGetValue(effect.Peer, out var peer)) effect.Command.Lease?.Release();
        else if (effect.Command.Kind == SessionCommandKind.CloseChannel) Part(effect.Peer, peer);
        else _commands.Add(peer, effect.Command);
    }

    /// <summary>The swarm has let a peer go: the link stays, and may be given a channel again.</summary>
    private void Part(int number, PeerChannel peer)
    {
        _peers.Remove(number);
        Board.PeerLeft(number);
        peer.Connection.Close(this);
    }

    private void Account(in SwarmEffect effect)
    {
        var peer = _peers.GetValueOrDefault(effect.Peer);
        Board.Delivered(effect, effect.Origin switch
        {
            BlockOrigin.Origin => "origin",
            BlockOrigin.Publisher => "publisher",
            _ => peer?.Remote.ShortName ?? "a viewer",
        });
        Tell(BlockDelivered, new BlockAccounting(
            effect.Block, effect.Length, effect.Origin, peer?.Remote ?? default, -effect.Deadline));
    }

    private void Explain(in SwarmEffect effect)
    {
        var isStall = effect.Kind == SwarmEffectKind.Stalled;
        if (isStall) Log.Stalled(_log, effect.Reason, effect.Block.Segment.Sequence);
        Tell(SupplyExplained, new SupplyAccount(
            isStall, effect.Reason, isStall ? effect.Block : effect.Run!.FirstBlock,
            isStall ? 0 : effect.Run!.Blocks.Count,
            _peers.GetValueOrDefault(effect.Peer)?.Remote ?? default));
    }

    private void Tell<T>(Action<T>? listener, T what)
    {
        try
        {
            listener?.Invoke(what);
        }
        catch (Exception error)
        {
            // The host's accounting may fail; the stream goes on.
            Log.AccountingFailed(_log, error);
        }
    }

    private void ReadOwnMedia(in SwarmEffect effect)
    {
        if (OwnMedia is not null)
        {
            _reads.Add(effect);
            return;
        }

        effect.Lease!.Release();
        Tell(new BlockRead(effect, null, null));
    }

    private void Tell(in BlockRead read) => _swarm.OwnMediaRead(
        read.Wanted.Peer, read.Wanted.Number, read.Wanted.Block, read.Lease, read.Digest,
        read.Wanted.Deadline);
}
