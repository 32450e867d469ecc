using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Peers that come by themselves and are of no use: they keep nobody out, and nobody from dialling.</summary>
public sealed class IdlePeersTests : IDisposable
{
    private static readonly int Most = new SwarmOptions
    {
        Stream = default,
        RootKey = default,
        Name = "",
        Self = default,
    }.MaxLinks;

    private readonly TestStream _stream = new(4, 100_000, TimeSpan.FromSeconds(2));
    private readonly SwarmProbe _probe;
    private int _last;

    public IdlePeersTests() => _probe = new SwarmProbe(_stream);

    private static int MostInbound => Most - LinkRoom.MostReserved;

    public void Dispose()
    {
        _probe.Dispose();
        _stream.Dispose();
    }

    [Fact]
    public void Idle_strangers_do_not_keep_a_node_from_dialling()
    {
        while (TryJoin()) { }
        var good = new DialAddress("tcp", "203.0.113.7:1");
        _probe.Swarm.CandidateFound(good, CandidateSource.Dht, _probe.Now);

        _probe.Turn();

        Assert.Equal(good, Assert.Single(_probe.Take(SwarmEffectKind.Dial)).Address);
        Assert.True(TryJoin(good));
        Assert.Equal(MostInbound + 1, _probe.Swarm.Peers().Count);
        Assert.Empty(_probe.TakeCommands(1, SessionCommandKind.CloseChannel));
    }

    [Fact]
    public void Peers_of_use_are_enough_and_no_more_are_dialled()
    {
        for (var i = 0; i < 24; i++) Assert.True(TryJoin());
        for (var peer = 1; peer <= 24; peer++) Take(peer);
        _probe.Pass(TimeSpan.FromSeconds(2));
        _probe.Swarm.CandidateFound(new DialAddress("tcp", "203.0.113.7:1"), CandidateSource.Dht, _probe.Now);
        _probe.Turn();
        Assert.Empty(_probe.Take(SwarmEffectKind.Dial));

        _probe.Pass(LinkRoom.UselessAfter);

        Assert.Single(_probe.Take(SwarmEffectKind.Dial));
    }

    [Fact]
    public void An_idle_stranger_gives_way_when_its_time_is_over_and_no_sooner()
    {
        while (TryJoin()) { }
        Assert.Equal(MostInbound, _probe.Swarm.Peers().Count);
        _probe.Pass(LinkRoom.UselessAfter - TimeSpan.FromSeconds(1));
        Assert.False(TryJoin());
        Take(1);
        _probe.Pass(TimeSpan.FromSeconds(1));

        Assert.True(TryJoin());

        // The first has taken a block: it is the second's turn.
        _probe.Turn();
        Assert.Empty(_probe.TakeCommands(1, SessionCommandKind.CloseChannel));
        var close = Assert.Single(_probe.TakeCommands(2, SessionCommandKind.CloseChannel));
        Assert.Equal(2, close.Channel);
        var peers = _probe.Swarm.Peers();
        Assert.Equal(MostInbound, peers.Count);
        Assert.Equal([1, 3], peers.Take(2).Select(peer => peer.Number));
        Assert.Contains(peers, peer => peer.Number == _last);
    }

    [Fact]
    public void Nobody_of_use_and_nobody_dialled_gives_way()
    {
        var dialled = new DialAddress("tcp", "203.0.113.7:1");
        _probe.Swarm.CandidateFound(dialled, CandidateSource.Dht, _probe.Now);
        _probe.Turn();
        Assert.True(TryJoin(dialled));
        while (TryJoin()) { }
        _probe.Pass(LinkRoom.UselessAfter);
        foreach (var peer in _probe.Swarm.Peers().Skip(1)) Take(peer.Number);

        Assert.False(TryJoin());
        Assert.Equal(MostInbound + 1, _probe.Swarm.Peers().Count);
    }

    [Fact]
    public void Who_only_says_that_it_has_all_is_no_reason_to_stop_dialling()
    {
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        for (var i = 0; i < 24; i++) Assert.True(TryJoin());
        for (var peer = 1; peer <= 24; peer++)
            _probe.Say(peer, SessionEventKind.HaveSegments,
                new BlockId(_stream.Records[0].Id, 0, 0), (uint)_stream.Records.Count);
        _probe.Swarm.CandidateFound(new DialAddress("tcp", "203.0.113.7:1"), CandidateSource.Dht, _probe.Now);

        _probe.Pass(TimeSpan.FromSeconds(2));

        Assert.Single(_probe.Take(SwarmEffectKind.Dial));
    }

    private bool TryJoin(DialAddress? listens = null)
    {
        var number = _last + 1;
        if (!_probe.Swarm.PeerJoined(number, SwarmProbe.Identity((byte)number), (ushort)number,
            listens, $"198.51.{number}.1:1", TimeSpan.Zero, _probe.Now)) return false;
        _last = number;
        return true;
    }

    /// <summary>The peer has been given a block.</summary>
    private void Take(int peer) => _probe.Say(peer, new SessionEvent
    {
        Kind = SessionEventKind.BlockServed,
        Channel = (ushort)peer,
        Count = ContentLimits.BlockBytes,
        Value = 1,
    });
}
