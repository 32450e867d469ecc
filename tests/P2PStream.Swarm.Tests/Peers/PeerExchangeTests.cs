using P2PStream.Protocol;
using P2PStream.Scheduling;

namespace P2PStream.Swarm.Tests;

/// <summary>What one peer says about others: whom it can make this node dial, and how often.</summary>
public sealed class PeerExchangeTests : IDisposable
{
    private const string Stranger = "198.51.100.1:700";
    private const string OtherStranger = "198.51.101.1:700";
    private const string Here = "127.0.0.1:700";
    private const string Neighbour = "192.168.1.5:700";

    private readonly RootKey _key = RootKey.FromSeed(new byte[32]);
    private readonly SortedSet<string> _seen = new(StringComparer.Ordinal);
    private StreamSwarm _swarm;
    private string _tag = "tcp";
    private TimeSpan _now;

    public PeerExchangeTests() => _swarm = NewSwarm();

    private StreamSwarm NewSwarm() => new(
        new SwarmOptions
        {
            Stream = _key.StreamId("film"),
            RootKey = _key.PublicKey,
            Name = "film",
            Self = new PeerId(new Hash256(new byte[32])),
            TargetLinks = 200,
            TransportTag = _tag,
        },
        new DeadlineScheduler(new SchedulerOptions()), new BlockPool(64), new ServeEveryone());

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(Stranger, "203.0.113.9:1", true)]
    [InlineData(Stranger, "[2001:db8::1]:1", true)]
    [InlineData(Stranger, "127.0.0.1:22", false)]
    [InlineData(Stranger, "127.9.9.9:22", false)]
    [InlineData(Stranger, "[::1]:22", false)]
    [InlineData(Stranger, "[::ffff:127.0.0.1]:22", false)]
    [InlineData(Stranger, "10.0.0.1:80", false)]
    [InlineData(Stranger, "172.16.0.1:80", false)]
    [InlineData(Stranger, "172.32.0.1:80", true)]
    [InlineData(Stranger, "192.168.1.1:80", false)]
    [InlineData(Stranger, "169.254.169.254:80", false)]
    [InlineData(Stranger, "100.64.0.1:80", false)]
    [InlineData(Stranger, "[fd00::1]:80", false)]
    [InlineData(Stranger, "[fe80::1]:80", false)]
    [InlineData(Stranger, "[::ffff:192.168.1.1]:80", false)]
    [InlineData(Stranger, "[2002:c0a8:101::]:80", false)]
    [InlineData(Stranger, "[64:ff9b::c0a8:101]:80", false)]
    [InlineData(Stranger, "224.0.0.1:80", false)]
    [InlineData(Stranger, "[ff02::1]:80", false)]
    [InlineData(Stranger, "255.255.255.255:80", false)]
    [InlineData(Stranger, "0.0.0.0:80", false)]
    [InlineData(Stranger, "[::]:80", false)]
    [InlineData(Stranger, "203.0.113.9:0", false)]
    [InlineData(Stranger, "203.0.113.9", false)]
    [InlineData(Stranger, "router.example:80", false)]
    [InlineData(Here, "127.0.0.1:22", true)]
    [InlineData(Here, "203.0.113.9:1", true)]
    [InlineData(Here, "192.168.1.1:80", false)]
    [InlineData(Here, "127.0.0.1:0", false)]
    [InlineData(Neighbour, "192.168.9.1:80", true)]
    [InlineData(Neighbour, "192.169.9.1:80", true)]
    [InlineData(Neighbour, "10.0.0.1:80", false)]
    [InlineData(Neighbour, "127.0.0.1:22", false)]
    [InlineData("[fd00:1:2:3::1]:1", "[fd00:1:2:9::1]:80", true)]
    [InlineData("[fd00:1:2:3::1]:1", "[fd00:1:3:3::1]:80", false)]
    [InlineData("localhost:1", "127.0.0.1:22", true)]
    [InlineData("publisher.example:1", "127.0.0.1:22", false)]
    public void A_peer_names_only_what_can_be_known_where_it_is(string from, string told, bool dialled)
    {
        Join(1, from);
        Assert.Equal(dialled ? [told] : [], Tell(1, told));
    }

    [Theory]
    [InlineData("tcp-plain", Stranger, "203.0.113.9:1", true)]
    [InlineData("tcp-plain", Stranger, "127.0.0.1:22", false)]
    [InlineData("tcp-plain", Stranger, "router.example:80", false)]
    [InlineData("memory", Stranger, "node:7", true)]
    public void It_is_the_same_without_tls_and_another_transport_has_its_own_texts(
        string tag, string from, string told, bool dialled)
    {
        _tag = tag;
        _swarm = NewSwarm();
        Join(1, from);
        Assert.Equal(dialled ? [told] : [], Tell(1, told));
    }

    [Fact]
    public void A_peer_tells_only_so_many_addresses_at_once_and_a_minute()
    {
        Join(1, Stranger);
        Join(2, OtherStranger);
        var told = Enumerable.Range(0, 200).Select(i => $"203.0.{i}.1:1").ToArray();
        Assert.Equal(HearsayQuota.Burst, Told(1, told));

        // What is known already costs nothing: the same again brings nothing new, nor more.
        Assert.Equal(0, Told(1, told));
        _now += TimeSpan.FromMinutes(1);
        Assert.Equal(HearsayQuota.PerMinute, Told(1, told));

        // A peer from elsewhere has its own.
        Assert.Equal(HearsayQuota.Burst, Told(2, told));
    }

    [Fact]
    public void To_leave_and_come_back_does_not_let_a_peer_tell_more()
    {
        var told = Enumerable.Range(0, 200).Select(i => $"203.0.{i}.1:1").ToArray();
        Join(1, Stranger);
        var dials = Told(1, told);
        for (var number = 2; number <= 10; number++)
        {
            // Again and again, with and without its old channel, under its own name and others.
            if (number % 2 == 0) _swarm.PeerLeft(number - 1, _now);
            Join(number, $"198.51.100.{number}:700");
            dials += Told(number, told);
        }

        Assert.Equal(HearsayQuota.Burst, dials);
    }

    [Theory]
    [InlineData("127.0.0.1:700", "127.0.0.1:")]
    [InlineData("", "203.0.")]
    public void Where_no_neighbourhood_tells_peers_apart_their_names_do(string remote, string network)
    {
        var told = Enumerable.Range(1, 200)
            .Select(i => network.EndsWith(':') ? $"{network}{i}" : $"{network}{i}.1:1").ToArray();
        Join(1, remote);
        Assert.Equal(HearsayQuota.Burst, Told(1, told));
        _swarm.PeerLeft(1, _now);
        Join(1, remote);
        Assert.Equal(0, Told(1, told));
        Join(2, remote);
        Assert.Equal(HearsayQuota.Burst, Told(2, told));
    }

    [Fact]
    public void A_forbidden_address_stays_forbidden_whatever_is_told_linked_or_found()
    {
        var address = new DialAddress("tcp", "203.0.113.77:7");
        _swarm.Forbid(address);
        for (var i = 0; i < DialCandidates.Limit * 2; i++)
            _swarm.CandidateFound(new DialAddress("tcp", $"203.1.{i / 250}.{i % 250}:1"), CandidateSource.Dht, _now);
        Join(1, address.Value, address);
        _swarm.PeerLeft(1, _now);
        _swarm.CandidateFound(address, CandidateSource.Dht, _now);
        Join(2, Stranger);
        Tell(2, address.Value);
        _now += TimeSpan.FromHours(1);

        var dials = Dials();

        Assert.NotEmpty(dials);
        Assert.DoesNotContain(address.Value, dials);
    }

    [Fact]
    public void A_search_finds_loopback_and_nothing_that_nobody_listens_at()
    {
        string[] found = ["127.0.0.1:7", "224.0.0.1:7", "203.0.113.1:0", "node.example:7"];
        foreach (var address in found) _swarm.CandidateFound(new DialAddress("tcp", address), CandidateSource.Dht, _now);
        Assert.Equal(["127.0.0.1:7", "node.example:7"], Dials());
    }

    [Fact]
    public void Who_hangs_up_at_once_is_dialled_ever_less_often()
    {
        var address = new DialAddress("tcp", "203.0.113.1:7");
        _swarm.CandidateFound(address, CandidateSource.Dht, _now);
        var dials = 0;
        for (var number = 1; _now < TimeSpan.FromMinutes(2); _now += TimeSpan.FromSeconds(1))
        {
            foreach (var _ in Dials())
            {
                dials++;
                Join(number, address.Value, address);
                _swarm.Dialed(address, linked: true, _now);
                _swarm.PeerLeft(number++, _now);
            }
        }

        Assert.InRange(dials, 3, 7);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(50, 25)]
    public void Who_has_many_peers_tells_each_of_them_less_often(int peers, int seconds)
    {
        for (var number = 1; number <= peers; number++)
            Join(number, $"203.0.{number}.1:7", new DialAddress("tcp", $"203.0.{number}.1:7"));
        var tellings = 0;
        for (var end = _now + TimeSpan.FromSeconds(200); _now < end; _now += TimeSpan.FromSeconds(1))
        {
            _swarm.Advance(_now);
            while (_swarm.TryTake(out var effect))
                if (effect.Command.Kind == SessionCommandKind.SendPeers && effect.Peer == 1) tellings++;
        }

        // At once when the second has come, and from then on.
        Assert.InRange(tellings, 200 / seconds, 200 / seconds + 2);
    }

    private void Join(int number, string remote, DialAddress? listens = null)
    {
        var id = new byte[32];
        id[0] = (byte)number;
        Assert.True(_swarm.PeerJoined(number, new PeerId(new Hash256(id)), (ushort)number, listens,
            remote, TimeSpan.Zero, _now));
    }

    private string[] Tell(int peer, params string[] told)
    {
        foreach (var batch in told.Chunk(32))
            _swarm.Receive(peer, new SessionEvent
            {
                Kind = SessionEventKind.Peers,
                Payload = PeerList.Encode([.. batch.Select(value => new PeerAddress(_tag, value, 0))]),
            }, _now);
        return Dials();
    }

    /// <summary>How many were never dialled before.</summary>
    private int Told(int peer, string[] told) => Tell(peer, told).Count(_seen.Add);

    /// <summary>Whom it dials now; every dial is still under way at first, and fails then.</summary>
    private string[] Dials()
    {
        var dialled = new List<string>();
        for (var before = -1; before != dialled.Count;)
        {
            before = dialled.Count;
            _swarm.Advance(_now);
            while (_swarm.TryTake(out var effect))
                if (effect.Kind == SwarmEffectKind.Dial) dialled.Add(effect.Address.Value);
            foreach (var address in dialled.Skip(before))
                if (!address.StartsWith("203.0.113.1:", StringComparison.Ordinal))
                    _swarm.Dialed(new DialAddress("tcp", address), linked: false, _now);
        }

        return [.. dialled.Distinct()];
    }
}
