using P2PStream.Protocol;
using P2PStream.Swarm;

namespace P2PStream.Simulation;

/// <content>Links: dialling, joining, and what sessions say.</content>
internal sealed partial class SimulatedNode
{
    /// <summary>TCP's handshake takes one round trip, that of TLS with both certificates two.</summary>
    private const int SetupRoundTrips = 3;

    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SearchEvery = TimeSpan.FromSeconds(30);

    private bool _isTurnWanted;

    public void OnSession(LinkEnd link, in SessionEvent e)
    {
        switch (e.Kind)
        {
            case SessionEventKind.ChannelOpening:
                link.Channel = e.Channel;
                link.Do(new SessionCommand
                {
                    Kind = SessionCommandKind.AcceptChannel,
                    Channel = e.Channel,
                });
                Join(link, TimeSpan.Zero);
                break;
            case SessionEventKind.ChannelClosed or SessionEventKind.ChannelRefused:
                Swarm.PeerLeft(link.Peer, _world.Clock.Now);
                Dismiss(link, SessionEndReason.Done);
                break;
            case SessionEventKind.Ended:
                _links.Remove(link);
                Swarm.PeerLeft(link.Peer, _world.Clock.Now);
                break;
            case SessionEventKind.Requested when Role.IsLiar: Lie(link, e); break;
            case SessionEventKind.Leaves:
                Swarm.Receive(link.Peer,
                    e with { Payload = _world.Stream.Share(e.Block, e.Payload) }, _world.Clock.Now);
                break;
            default: Swarm.Receive(link.Peer, e, _world.Clock.Now); break;
        }

        if (_isTurning) _isTurnWanted = true;
    }

    public void DiscoveryDone()
    {
        Swarm.DiscoveryDone(_world.Clock.Now);
        PlanTurn();
    }

    /// <summary>The DHT has named somebody.</summary>
    public void Found(DialAddress address)
    {
        Swarm.CandidateFound(address, CandidateSource.Dht, _world.Clock.Now);
        PlanTurn();
    }

    private void Search()
    {
        if (_links.Count < _world.Scenario.Network.Degree && !Role.IsPublisher)
            foreach (var found in _world.Directory.Search(this))
                Swarm.CandidateFound(found.Address, CandidateSource.Dht, _world.Clock.Now);
        _world.Clock.After(SearchEvery, this, SearchDue);
        PlanTurn();
    }

    private void DialOut(DialAddress address)
    {
        var other = _world.Directory.Find(address);
        var dial = new Dial(address, other, this);
        if (other is null || other == this || !_world.Network.CanDial(this, other))
            _world.Clock.After(DialTimeout, this, DialFailed, dial);
        else
            _world.Clock.After(dial.Setup = SetupRoundTrips * _world.Network.RoundTrip(this, other),
                other, DialDone, dial);
    }

    /// <summary>Somebody has reached this node.</summary>
    private void Connect(Dial dial)
    {
        var from = dial.From;
        if (!from.IsHere) return;
        if (from._links.Exists(link => link.Remote == this))
        {
            from.Dialed(dial.Address, linked: true);
            return;
        }

        var near = new LinkEnd(_world, from, this, isInitiator: true);
        var far = new LinkEnd(_world, this, from, isInitiator: false) { Other = near };
        near.Other = far;
        from._links.Add(near);
        _links.Add(far);
        near.Channel = near.Session.NextChannel();
        near.Do(new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel,
            Channel = near.Channel,
            Stream = _world.Authority.Catalog.Stream,
        });
        from.Join(near, dial.Setup);
        from.Dialed(dial.Address, linked: true);
        Touch(far);
    }

    private void Dialed(DialAddress address, bool linked)
    {
        Swarm.Dialed(address, linked, _world.Clock.Now);
        PlanTurn();
    }

    private void Join(LinkEnd link, TimeSpan setup)
    {
        link.Peer = ++_lastPeer;
        if (!Swarm.PeerJoined(link.Peer, link.Remote.Id, link.Channel, link.Remote.Address,
            link.Remote.Address.Value, setup, _world.Clock.Now))
            Dismiss(link, SessionEndReason.TooManyLinks);
        else if (Role.IsLiar) NameEverything(link);
        Touch(link);
    }

    private void Dismiss(LinkEnd link, SessionEndReason reason)
    {
        link.Do(new SessionCommand { Kind = SessionCommandKind.Goodbye, Value = (uint)reason });
        Touch(link);
    }

    private void NameEverything(LinkEnd link)
    {
        for (var i = 0; i < _world.Scenario.Media.BitsPerSecond.Count; i++)
            link.Do(new SessionCommand
            {
                Kind = SessionCommandKind.HaveSegments,
                Channel = link.Channel,
                Block = new BlockId(_world.Stream.Records(i)[0].Id, 0, 0),
                Count = (uint)_world.Scenario.Media.Segments,
            });
    }

    /// <summary>A black hole says nothing; a polluter sends what is not what it is called.</summary>
    private void Lie(LinkEnd link, in SessionEvent e)
    {
        if (!SendsWrongBytes) return;
        var track = e.Block.Segment.Track;
        var record = _world.Stream.Records(track - 1)[(int)e.Block.Segment.Sequence];
        var length = record.Parts[0].BlockLength(e.Block.Index);
        if (!_world.Lies.TryRent(length, out var lease)) return;
        link.Do(new SessionCommand
        {
            Kind = SessionCommandKind.Serve,
            Channel = link.Channel,
            Request = e.Request,
            Block = e.Block,
            Lease = lease,
            Deadline = e.Deadline,
        });
        Touch(link);
    }

    private sealed record Dial(DialAddress Address, SimulatedNode? Other, SimulatedNode From)
    {
        public TimeSpan Setup { get; set; }

        /// <summary>Who was reached is there no more.</summary>
        public void Refuse()
        {
            if (From.IsHere) From.Dialed(Address, linked: false);
        }
    }
}
