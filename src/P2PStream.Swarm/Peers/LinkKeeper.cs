using System.Buffers.Binary;
using System.Net;
using P2PStream.Protocol;

namespace P2PStream.Swarm;

/// <summary>Keeps enough links: whom to dial, and which addresses to pass on.</summary>
internal sealed class LinkKeeper(SwarmState state)
{
    /// <summary>Dials under way at most.</summary>
    private const int ParallelDials = 8;

    /// <summary>Addresses in one exchange.</summary>
    private const int MostExchanged = 32;

    /// <summary>Transports whose addresses are IP addresses, with and without TLS; a name among them
    /// could lead anywhere.</summary>
    private static readonly string[] IPTags = ["tcp", "tcp-plain"];

    private static readonly TimeSpan ExchangeEvery = TimeSpan.FromSeconds(10);

    /// <summary>Two exchanges a second, at most, whoever has many peers: on a line of 1 Mbit/s a hundredth.</summary>
    private static readonly TimeSpan ExchangeTime = TimeSpan.FromSeconds(0.5);

    private readonly DialCandidates _candidates = new(
        BinaryPrimitives.ReadUInt64LittleEndian(state.Options.Self.Value.ToArray()), state.Options.RegionOf);
    private readonly LinkRoom _room = new(state);
    private TimeSpan _nextExchange = TimeSpan.Zero;

    /// <summary>An address from the host, the stream's link or a search.</summary>
    public void Add(DialAddress address, CandidateSource source, TimeSpan now)
    {
        if (AddressScope.Of(address.Value).Kind != AddressKind.Unusable)
            _candidates.Add(address, source, now);
    }

    public void LocatedAt(IEnumerable<IPAddress> own) => _candidates.LocatedAt(own);

    public IReadOnlyList<PeerCandidate> Show(TimeSpan now) => _candidates.Show(now);

    public void Forbid(DialAddress address) => _candidates.Forbid(address);

    public bool AnyHope(TimeSpan now) => _candidates.AnyHope(now);

    public void Dialed(DialAddress address, bool linked, TimeSpan now) =>
        _candidates.Dialed(address, linked, now);

    /// <summary>True when this node dialled who listens there, and that link lasts.</summary>
    public bool IsDialled(DialAddress? listens) =>
        listens is { } address && _candidates.IsDialled(address);

    /// <inheritdoc cref="LinkRoom.TryAdmit"/>
    public bool TryAdmit(bool isDialled, TimeSpan now, out SwarmPeer? evicted) =>
        _room.TryAdmit(isDialled, now, out evicted);

    public void PeerJoined(SwarmPeer peer, TimeSpan now)
    {
        if (peer.Listens is { } address) _candidates.Linked(address, now);
        Exchange(peer);
    }

    public void PeerLeft(SwarmPeer peer, TimeSpan now)
    {
        if (peer.Listens is { } address) _candidates.Unlinked(address, now);
    }

    /// <summary>Addresses that a peer passed on: hearsay, of which it may tell only so much, and only what
    /// somebody where it is can know.</summary>
    /// <param name="peer">Who says so.</param>
    /// <param name="encoded">The list.</param>
    /// <param name="now">The time.</param>
    public void Receive(SwarmPeer peer, ReadOnlyMemory<byte> encoded, TimeSpan now)
    {
        if (!state.Options.ExchangesPeers) return;
        if (!PeerList.TryDecode(encoded.Span, out var addresses)) return;
        foreach (var (tag, value, age) in addresses!)
        {
            // Addresses of other transports are of no use here.
            if (tag != state.Options.TransportTag) continue;
            // The tag that is kept is one text for all.
            var address = new DialAddress(state.Options.TransportTag, value);
            // Most are known, which is soon seen; to read an address costs more.
            if (_candidates.Knows(address) || !IsCredible(peer, address)) continue;
            if (!peer.Hearsay.TryTake(now)) return;
            _candidates.Add(
                address, CandidateSource.PeerExchange, now - TimeSpan.FromSeconds(age));
        }
    }

    public void Advance(TimeSpan now)
    {
        _room.Advance(now);
        var most = Math.Min(ParallelDials, Math.Min(
            state.Options.TargetLinks - _room.CountAimedFor(now), _room.CountFree(now)));
        while (_candidates.Dialing < most && _candidates.TryNext(now, out var address))
            state.Emit(new SwarmEffect { Kind = SwarmEffectKind.Dial, Address = address });
        if (now < _nextExchange) return;
        var round = state.Peers.Count * ExchangeTime;
        _nextExchange = now + (round > ExchangeEvery ? round : ExchangeEvery);
        foreach (var peer in state.Peers) Exchange(peer);
    }

    private static bool IsCredible(SwarmPeer peer, DialAddress address)
    {
        var scope = AddressScope.Of(address.Value);
        return scope.Kind == AddressKind.Other
            ? !IPTags.Contains(address.Tag)
            : peer.Scope.MayName(scope);
    }

    private void Exchange(SwarmPeer peer)
    {
        if (!state.Options.ExchangesPeers) return;
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
