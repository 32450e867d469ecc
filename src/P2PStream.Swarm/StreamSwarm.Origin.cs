using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm;

/// <content>What the origin brings, and when it may be asked at all.</content>
public sealed partial class StreamSwarm
{
    /// <summary>Requests that are not answered, as this node counts them.</summary>
    internal int RequestsInFlight => _transfers.InFlight;

    /// <summary>A block of an origin run arrived in its lease, whose reference passes over.</summary>
    public void OriginArrived(uint ticket, Lease lease, Hash256 digest, TimeSpan now)
    {
        _origin.Arrived(ticket);
        _transfers.Arrived(ticket, InFlightRequest.Origin, lease, digest, now);
    }

    /// <summary>An origin run failed; the shell has released its leases.</summary>
    /// <param name="run">Which.</param>
    /// <param name="isMissing">True when the origin answered that it does not have these bytes: the segment is
    /// left alone for a while. False: the whole origin is.</param>
    /// <param name="now">The time.</param>
    public void OriginFailed(uint run, bool isMissing, TimeSpan now)
    {
        var reason = isMissing ? FailureReason.NotAvailable : FailureReason.Busy;
        foreach (var ticket in _origin.Failed(run, isMissing, now))
            _transfers.Failed(ticket, reason, now);
        GiveUpOrigin(now);
    }

    /// <summary>What an origin that is left alone will not bring; and peers elect another.</summary>
    private void GiveUpOrigin(TimeSpan now)
    {
        foreach (var ticket in _origin.TakeGivenUp())
            _transfers.Failed(ticket, FailureReason.Busy, now);
        if (!_origin.TryTakeNews()) return;
        foreach (var peer in _state.Peers) _window.Introduce(peer);
    }

    private bool HasViewers()
    {
        foreach (var peer in _state.Peers)
            if (peer.IsViewer) return true;
        return false;
    }

    /// <summary>The first blocks wait a moment for peers: who has just joined a swarm needs no origin.</summary>
    private bool OriginMayStart(TimeSpan now)
    {
        if (_originStarted) return true;
        if (_firstRead is not { } first) return false;
        var waited = now - first;
        if (waited >= _state.Options.OriginPatience) return _originStarted = true;
        if (!_discoveryDone || _links.AnyHope(now)) return false;
        return _originStarted = !HasViewers() || waited >= InterestPatience;
    }
}
