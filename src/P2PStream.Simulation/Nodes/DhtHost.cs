using System.Net;
using P2PStream.Discovery;

namespace P2PStream.Simulation;

/// <summary>A node of the DHT in virtual time: the real one, its datagrams and its wake-ups.</summary>
internal sealed class DhtHost : IEventTarget
{
    public const int Arrival = 21;

    private const int WakeDue = 22;

    /// <summary>How long a NAT lets in what was sent to.</summary>
    private static readonly TimeSpan Mapping = TimeSpan.FromMinutes(2);

    private readonly DatagramNetwork _network;
    private readonly KademliaNode _node;
    private readonly Dictionary<DhtEndPoint, TimeSpan>? _sentTo;
    private readonly byte[] _buffer = new byte[KademliaNode.MaxDatagramBytes];
    private TimeSpan _wakePlanned = TimeSpan.MaxValue;
    private bool _isGone;

    public DhtHost(World world, DatagramNetwork network, VirtualClock clock, int number, bool isBehindNat)
    {
        _network = network;
        Clock = clock;
        Log = world.BenchOf(clock).Datagrams;
        Chance = SeededRandom.For(world.Seed, "datagrams", number);
        Number = number;
        EndPoint = DhtEndPoint.From(IPEndPoint.Parse(Directory.AddressOf(number).Value));
        if (isBehindNat) _sentTo = [];
        var random = SeededRandom.For(world.Seed, "dht", number);
        Span<byte> id = stackalloc byte[NodeId.Size];
        for (var i = 0; i < id.Length; i++) id[i] = (byte)random.NextUInt64();
        _node = new KademliaNode(
            new KademliaOptions { IsReadOnly = isBehindNat }, new NodeId(id), random.NextUInt64());
    }

    public VirtualClock Clock { get; }

    public DatagramLog Log { get; }

    /// <summary>Draws what becomes of its datagrams.</summary>
    public SeededRandom Chance { get; }

    public int Number { get; }

    public DhtEndPoint EndPoint { get; }

    /// <summary>Hears what comes of operations.</summary>
    public Action<KademliaEvent>? Told { get; set; }

    public void Happen(int what, object? data)
    {
        if (what == Arrival) Arrive((Datagram)data!);
        else Wake();
    }

    public void Join()
    {
        _node.Join(_network.JoinThrough, Clock.Now);
        Collect();
    }

    /// <summary>Begins to look for peers; <see cref="Collect"/> tells and sends what comes of it.</summary>
    public DhtOperation GetPeers(InfoHash key) => _node.GetPeers(key, Clock.Now);

    /// <summary>Begins to announce this node; <see cref="Collect"/> tells and sends what comes of it.</summary>
    public DhtOperation Announce(InfoHash key) => _node.Announce(key, EndPoint.Port, Clock.Now);

    /// <summary>Goes without a word, as nodes of the DHT do.</summary>
    public void Leave()
    {
        _isGone = true;
        _network.Remove(this);
    }

    /// <summary>Tells what has happened, and sends what there is to send.</summary>
    public void Collect()
    {
        while (_node.TryTake(out var e)) Told?.Invoke(e);
        while (_node.TryTransmit(_buffer, out var length, out var to))
        {
            if (_sentTo is not null) _sentTo[to] = Clock.Now;
            _network.Send(this, _buffer.AsSpan(0, length), to);
        }

        if (_node.NextWakeUp is not { } wake) return;
        if (wake < Clock.Now) wake = Clock.Now;
        if (wake >= _wakePlanned) return;
        _wakePlanned = wake;
        Clock.At(wake, this, WakeDue);
    }

    private void Arrive(Datagram datagram)
    {
        Clock.Hash.Mix((ulong)datagram.Bytes.Length);
        if (!_isGone && LetsIn(datagram.From))
        {
            _node.Receive(datagram.Bytes, datagram.From, Clock.Now);
            Collect();
        }

        Log.Return(datagram);
    }

    private bool LetsIn(DhtEndPoint from) =>
        _sentTo is null || (_sentTo.TryGetValue(from, out var at) && Clock.Now - at <= Mapping);

    private void Wake()
    {
        if (_isGone || _wakePlanned != Clock.Now) return;
        _wakePlanned = TimeSpan.MaxValue;
        _node.Tick(Clock.Now);
        Collect();
    }
}
