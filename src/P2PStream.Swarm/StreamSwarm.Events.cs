using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <content>What peers' sessions say, and whose business it is.</content>
public sealed partial class StreamSwarm
{
    /// <summary>A peer's session says something.</summary>
    public void Receive(int number, in SessionEvent e, TimeSpan now)
    {
        _now = now;
        _isChanged |= !IsQuiet(e.Kind);
        if (_state.Peer(number) is not { IsBanned: false } peer)
        {
            e.Lease?.Release();
            return;
        }

        Dispatch(peer, e, now);
    }

    /// <summary>True for what peers say and do all the time, and what at most changes which block is asked for
    /// next: it wakes nobody else.</summary>
    private static bool IsQuiet(SessionEventKind kind) => kind
        is SessionEventKind.HaveBlocks or SessionEventKind.HaveSegments
        or SessionEventKind.Interest or SessionEventKind.Requested
        or SessionEventKind.RequestCancelled or SessionEventKind.BlockServed
        or SessionEventKind.BlockArrived or SessionEventKind.Rejected
        or SessionEventKind.RoundTrip or SessionEventKind.Credit
        or SessionEventKind.LeavesWanted or SessionEventKind.RecordsWanted
        or SessionEventKind.AuthorityWanted;

    private void Dispatch(SwarmPeer peer, in SessionEvent e, TimeSpan now)
    {
        switch (e.Kind)
        {
            case SessionEventKind.AuthorityWanted: _authority.Serve(peer); break;
            case SessionEventKind.Authority:
                if (_authority.Receive(peer, e.Payload, now)) _window.CatalogChanged();
                break;
            case SessionEventKind.RecordsWanted:
                _authority.ServeRecords(peer, e.Block.Segment.Track, e.Block.Segment.Sequence, now);
                break;
            case SessionEventKind.Records:
                _authority.ReceiveRecords(peer, e.Block, e.Payload, now);
                break;
            case SessionEventKind.LeavesWanted: _leaves.Serve(peer, e.Block); break;
            case SessionEventKind.Leaves:
                if (_leaves.Receive(peer, e.Block, e.Payload))
                    _transfers.LeavesKnown(e.Block.Segment, e.Block.Part, now);
                break;
            case SessionEventKind.HaveSegments:
                _availability.Have(peer, e.Block.Segment, e.Count, now);
                _authority.Heard(peer, e.Block.Segment, e.Count, now);
                break;
            case SessionEventKind.DroppedSegments:
                _availability.Dropped(peer, e.Block.Segment, e.Count, now);
                break;
            case SessionEventKind.HaveBlocks:
                _availability.HaveBlocks(peer, e.Block, e.Count, now);
                break;
            case SessionEventKind.Interest: _availability.Interested(peer, e); break;
            case SessionEventKind.Requested: _uploads.Requested(peer, e, now); break;
            case SessionEventKind.RequestCancelled: _uploads.Cancelled(peer, e.Request); break;
            case SessionEventKind.BlockServed:
                _uploads.Served(peer, e.Block, (int)e.Count, isWritten: e.Value == 1, now);
                break;
            case SessionEventKind.BlockArrived: _transfers.Arrived(peer, e, now); break;
            case SessionEventKind.Rejected: OnRejected(e, now); break;
            case SessionEventKind.Peers: _links.Receive(peer, e.Payload, now); break;
            case SessionEventKind.RoundTrip:
                peer.RoundTrip = e.Deadline;
                _state.Picker.Measured(peer.Source, e.Deadline);
                break;
            case SessionEventKind.Credit:
                _state.Picker.SetWindowLimit(peer.Source, (int)Math.Clamp(e.Count, 1, 4096));
                break;
            default: break;
        }
    }

    private void OnRejected(in SessionEvent e, TimeSpan now) =>
        _transfers.Failed(e.Request, (RejectReason)e.Value switch
        {
            RejectReason.Busy or RejectReason.Expired => FailureReason.Busy,
            _ => FailureReason.NotAvailable,
        }, now);
}
