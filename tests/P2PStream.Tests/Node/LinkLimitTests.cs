using Microsoft.Extensions.Time.Testing;
using P2PStream.Protocol;
using P2PStream.Swarm;
using P2PStream.Transport;

namespace P2PStream.Tests;

/// <summary>A node that is full says so, makes room for who is of use, and ends links that serve nothing.</summary>
public sealed class LinkLimitTests : IAsyncDisposable
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryNetwork _network = new();
    private readonly List<RawPeer> _peers = [];
    private readonly List<IAsyncDisposable> _owned = [];

    /// <summary>Goodbyes end by the clock, which stands still unless somebody moves it.</summary>
    public async ValueTask DisposeAsync()
    {
        var ending = EndAsync();
        while (!ending.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ending, Task.Delay(5, CancellationToken.None));
        }

        await ending;
    }

    [Fact]
    public async Task One_link_too_many_is_told_so()
    {
        var node = await StartAsync(mostLinks: 2);
        var first = await DialAsync(node);
        var second = await DialAsync(node);
        await Nodes.UntilAsync(() => node.LinkCount == 2, "two are linked");

        var third = await DialAsync(node);

        Assert.Equal(SessionEndReason.TooManyLinks, await third.Ended.WaitAsync(Nodes.Patience, Cancelled));
        Assert.False(first.Ended.IsCompleted);
        Assert.False(second.Ended.IsCompleted);
        await Nodes.UntilAsync(() => node.LinkCount == 2, "the third is gone");
    }

    [Fact]
    public async Task A_link_that_opens_no_channel_is_closed()
    {
        var node = await StartAsync(mostLinks: 2);
        var peer = await DialAsync(node);
        await peer.Established.WaitAsync(Nodes.Patience, Cancelled);
        _clock.Advance(LinkAdmission.ChannelPatience - LinkTable.LookEvery);
        Assert.False(peer.Ended.IsCompleted);

        _clock.Advance(LinkTable.LookEvery);

        Assert.Equal(SessionEndReason.Done, await peer.Ended.WaitAsync(Nodes.Patience, Cancelled));
        await Nodes.UntilAsync(() => node.LinkCount == 0, "nobody is linked");
    }

    [Fact]
    public async Task A_link_of_no_use_gives_way_to_a_newcomer()
    {
        var node = await StartAsync(mostLinks: 1);
        using var key = RootKey.FromSeed(Nodes.Seed);
        var watched = await node.WatchAsync(
            new StreamLink { Key = key.PublicKey, Name = "film" }, null, Cancelled);
        _owned.Insert(0, watched);
        var idle = await DialAsync(node);
        await idle.Established.WaitAsync(Nodes.Patience, Cancelled);
        idle.Open(key.StreamId("film"));
        // Time waits for both ends' pings, however busy the machine is: the link is alive, only of no use.
        var (passed, heardAt, heard) = (TimeSpan.Zero, TimeSpan.Zero, 0L);
        await Nodes.UntilAsync(() =>
        {
            if (heard != idle.BytesReceived) (heardAt, heard) = (passed, idle.BytesReceived);
            if (passed - heardAt < 2 * SessionLimits.PingAfter)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                passed += TimeSpan.FromSeconds(1);
            }

            return passed > LinkAdmission.UselessAfter && watched.Statistics.Peers.Count == 1;
        }, "it has had a channel for long");
        Assert.False(idle.Ended.IsCompleted);

        var newcomer = await DialAsync(node);

        Assert.Equal(SessionEndReason.TooManyLinks, await idle.Ended.WaitAsync(Nodes.Patience, Cancelled));
        await newcomer.Established.WaitAsync(Nodes.Patience, Cancelled);
        Assert.False(newcomer.Ended.IsCompleted);
    }

    private async Task<StreamNode> StartAsync(int mostLinks)
    {
        var options = Nodes.Memory(_network);
        options.Time = _clock;
        options.MostLinks = mostLinks;
        var node = await StreamNode.StartAsync(options, Cancelled);
        _owned.Add(node);
        return node;
    }

    private async Task EndAsync()
    {
        foreach (var owned in _owned) await owned.DisposeAsync();
        foreach (var peer in _peers) await peer.DisposeAsync();
    }

    private async Task<RawPeer> DialAsync(StreamNode node)
    {
        var transport = Nodes.Memory(_network).Transport!;
        var link = await transport.ConnectAsync(
            new TransportAddress(MemoryTransport.AddressTag, node.DialAddress), Cancelled);
        var peer = new RawPeer(link, (UInt128)_peers.Count + 1, _clock);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>A node of which only the session is real.</summary>
    private sealed class RawPeer : ISessionObserver, IAsyncDisposable
    {
        private readonly TaskCompletionSource<SessionEndReason> _ended =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _established =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly LinkPump _pump;
        private readonly Task _running;

        public RawPeer(ILink link, UInt128 nonce, TimeProvider clock)
        {
            _pump = new LinkPump(link, new PeerSession(new SessionOptions
            {
                IsInitiator = true,
                Nonce = nonce,
                Started = LinkPump.Now(clock),
            }), clock, this);
            _running = _pump.RunAsync(Cancelled);
        }

        public long BytesReceived => _pump.BytesReceived;

        /// <summary>Done when the node has answered a ping: then both have heard each other's hello, and no time
        /// that passes ends the link for want of it.</summary>
        public Task Established => _established.Task;

        public Task<SessionEndReason> Ended => _ended.Task;

        public void Open(StreamId stream) => _pump.Post(new SessionCommand
        {
            Kind = SessionCommandKind.OpenChannel,
            Channel = _pump.NextChannel(),
            Stream = stream,
        });

        public ValueTask OnEventAsync(SessionEvent sessionEvent, CancellationToken cancellationToken)
        {
            if (sessionEvent.Kind == SessionEventKind.RoundTrip) _established.TrySetResult();
            if (sessionEvent.Kind == SessionEventKind.Ended)
                _ended.TrySetResult((SessionEndReason)sessionEvent.Value);
            sessionEvent.Lease?.Release();
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await _pump.DisposeAsync();
            await _running;
        }
    }
}
