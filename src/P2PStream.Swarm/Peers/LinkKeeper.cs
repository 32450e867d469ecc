using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Keeps enough links: whom to dial, and which addresses to pass on.</summary>
internal sealed class LinkKeeper(SwarmState state)
{
    /// <summary>Dials under way at most.</summary>
    private const int ParallelDials = 8;

    /// <summary>Addresses in one exchange.</summary>
    private const int MostExchanged = 32;

    private static readonly TimeSpan ExchangeEvery = TimeSpan.FromSeconds(10);

    private readonly DialCandidates _candidates = new();
    private TimeSpan _nextExchange = TimeSpan.Zero;

    public void Add(DialAddress address) => _candidates.Add(address);

    public void Forbid(DialAddress address) => _candidates.Forbid(address);

    public bool AnyHope(TimeSpan now) => _candidates.AnyHope(now);

    public void Dialed(DialAddress address, bool linked, TimeSpan now) =>
        _candidates.Dialed(address, linked, now);

    public void PeerJoined(SwarmPeer peer)
    {
        if (peer.Listens is { } address) _candidates.Linked(address);
        Exchange(peer);
    }

    public void PeerLeft(SwarmPeer peer, TimeSpan now)
    {
        if (peer.Listens is { } address) _candidates.Unlinked(address, now);
    }

    /// <summary>Addresses that a peer passed on: hearsay, dialled like any other.</summary>
    /// <param name="encoded">The list.</param>
    /// <param name="tag">The transport that this node dials by; others are of no use here.</param>
    public void Receive(ReadOnlyMemory<byte> encoded, string tag)
    {
        if (!PeerList.TryDecode(encoded.Span, out var addresses)) return;
        foreach (var address in addresses!)
            if (address.Tag == tag) _candidates.Add(new DialAddress(address.Tag, address.Value));
    }

    public void Advance(TimeSpan now)
    {
        while (state.Peers.Count + _candidates.Dialing < state.Options.TargetLinks
            && _candidates.Dialing < ParallelDials && _candidates.TryNext(now, out var address))
            state.Emit(new SwarmEffect { Kind = SwarmEffectKind.Dial, Address = address });
        if (now < _nextExchange) return;
        _nextExchange = now + ExchangeEvery;
        foreach (var peer in state.Peers) Exchange(peer);
    }

    private void Exchange(SwarmPeer peer)
    {
        var addresses = new List<PeerAddress>();
        foreach (var other in state.Peers)
        {
            if (other == peer || other.Listens is not { } address) continue;
            if (addresses.Count == MostExchanged) break;
            addresses.Add(new PeerAddress(address.Tag, address.Value, Age: 0));
        }

        if (addresses.Count == 0) return;
        state.Emit(peer, new SessionCommand
        {
            Kind = SessionCommandKind.SendPeers,
            Payload = PeerList.Encode(addresses),
        });
    }
}
