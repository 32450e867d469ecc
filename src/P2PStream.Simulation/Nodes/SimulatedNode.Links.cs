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

    /// <summary>Whom it reaches soon.</summary>
    private readonly List<SimulatedNode> _dialing = [];
    private readonly SeededRandom _searchChance;

    /// <summary>Links by their numbers towards the swarm.</summary>
    private readonly Dictionary<int, LinkEnd> _byPeer = [];
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
                Swarm.PeerLeft(link.Peer, Clock.Now);
                Dismiss(link, SessionEndReason.Done);
                break;
            case SessionEventKind.Ended:
                _links.Remove(link);
                _byPeer.Remove(link.Peer);
                Swarm.PeerLeft(link.Peer, Clock.Now);
                break;
            case SessionEventKind.Requested when Role.IsLiar: Lie(link, e); break;
            case SessionEventKind.Leaves:
                Swarm.Receive(link.Peer,
                    e with { Payload = _world.Stream.Share(e.Block, e.Payload) }, Clock.Now);
                break;
            default: Swarm.Receive(link.Peer, e, Clock.Now); break;
        }

        if (_isTurning) _isTurnWanted = true;
    }

    public void DiscoveryDone()
    {
        Swarm.DiscoveryDone(Clock.Now);
        PlanTurn();
    }

    /// <summary>The DHT has named somebody.</summary>
    public void Found(DialAddress address)
    {
        Swarm.CandidateFound(address, CandidateSource.Dht, Clock.Now);
        PlanTurn();
    }

    private void Search()
    {
        if (_links.Count < _world.Scenario.Network.Degree && !Role.IsPublisher)
            foreach (var found in _world.Directory.Search(this, _searchChance))
                Swarm.CandidateFound(found.Address, CandidateSource.Dht, Clock.Now);
        Clock.After(SearchEvery, this, SearchDue);
        PlanTurn();
    }

    private void DialOut(DialAddress address)
    {
        var other = _world.Directory.Find(address);
        if (other is null || other == this || !_world.Network.CanDial(this, other, Clock.Now))
        {
            Clock.After(DialTimeout, this, DialFailed, new Dial(address, this, null, default, default));
            return;
        }

        var setup = SetupRoundTrips * _world.Network.RoundTrip(this, other);
        var done = Clock.Now + setup;
        _dialing.Add(other);
        // The last word of the set-up is the other's.
        Clock.Send(other.Clock, done - _world.Network.Delay(other, this), other, DialCame,
            new Dial(address, this, other, setup, done));
    }

    /// <summary>Somebody is about to reach this node: answers whether it is here.</summary>
    private void Answer(Dial dial)
    {
        var from = dial.From;
        if (!IsHere)
        {
            Clock.Send(from.Clock, dial.Done, from, DialFailed, dial);
            return;
        }

        // Of two that dial each other, the link is that of the lower number.
        var isLinked = _links.Exists(link => link.Remote == from)
            || (Number < from.Number && _dialing.Contains(from));
        if (!isLinked)
        {
            var near = new LinkEnd(_world, from, this, isInitiator: true);
            var far = new LinkEnd(_world, this, from, isInitiator: false) { Other = near };
            dial.Link = near;
            near.Other = far;
            far.Open();
            _links.Add(far);
            Touch(far);
        }

        Clock.Send(from.Clock, dial.Done, from, DialDone, dial);
    }

    /// <summary>This node has reached somebody.</summary>
    private void Connect(Dial dial)
    {
        if (!IsHere)
        {
            dial.Link?.TellLoss();
            return;
        }

        if (dial.Link is { } link)
        {
            _links.Add(link);
            link.Open();
            link.Channel = link.Session.NextChannel();
            link.Do(new SessionCommand
            {
                Kind = SessionCommandKind.OpenChannel,
                Channel = link.Channel,
                Stream = _world.Authority.Catalog.Stream,
            });
            Join(link, dial.Setup);
        }

        Dialed(dial, linked: true);
    }

    private void Dialed(Dial dial, bool linked)
    {
        if (dial.To is { } to) _dialing.Remove(to);
        Swarm.Dialed(dial.Address, linked, Clock.Now);
        PlanTurn();
    }

    private void Join(LinkEnd link, TimeSpan setup)
    {
        link.Peer = ++_lastPeer;
        _byPeer.Add(link.Peer, link);
        if (!Swarm.PeerJoined(link.Peer, link.Remote.Id, link.Channel, link.Remote.Address,
            link.Remote.Address.Value, setup, Clock.Now))
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
        for (var i = 0; i < _world.Stream.TrackCount; i++)
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
        if (!Bench.Lies.TryRent(length, out var lease)) return;
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

    /// <param name="Address">Where to.</param>
    /// <param name="From">Who dials.</param>
    /// <param name="To">Who is reached; null for nobody.</param>
    /// <param name="Setup">How long it takes.</param>
    /// <param name="Done">When it is done.</param>
    private sealed record Dial(
        DialAddress Address, SimulatedNode From, SimulatedNode? To, TimeSpan Setup, TimeSpan Done)
    {
        /// <summary>The end of who dials; null where there is a link between the two already.</summary>
        public LinkEnd? Link { get; set; }
    }
}
