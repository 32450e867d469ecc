using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Requests for what is played in a long time yet, and those that come while they wait.</summary>
public sealed class UploadsWithTimeTests : IDisposable
{
    private const int Blocks = 16;
    private const int Giver = 1;

    /// <summary>Sessions have so many at least, so that the line does not fall idle.</summary>
    private const int Ahead = 2;

    private static readonly int[] Patient = [2, 3, 4, 5, 6];

    private readonly TestStream _stream =
        new(1, Blocks * ContentLimits.BlockBytes, TimeSpan.FromSeconds(2));

    private readonly SwarmProbe _probe;
    private uint _requests;

    public UploadsWithTimeTests()
    {
        _probe = new SwarmProbe(_stream);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        _probe.Say(Giver, SessionEventKind.HaveSegments, Block(0));
        Assert.True(_probe.Swarm.OpenReader(1, _stream.Records[0].Id, _probe.Now));
        for (var i = 0; i < Blocks; i++)
        {
            _probe.Turn();
            _probe.DeliverAll(Giver);
        }

        foreach (var peer in Patient) _probe.Join(peer);
    }

    public void Dispose()
    {
        _probe.Dispose();
        Assert.Equal(0, _probe.Pool.Rented);
        _stream.Dispose();
    }

    [Fact]
    public void Sessions_are_handed_no_more_of_them_than_the_line_is_about_to_send()
    {
        foreach (var peer in Patient) Ask(peer, 0, seconds: 20);

        Assert.Equal(Ahead, Served().Length);

        _probe.Join(9);
        Ask(9, 0, seconds: 1);
        Assert.Equal(9, Served()[^1].Peer);
    }

    [Fact]
    public void Who_has_waited_longest_is_next()
    {
        foreach (var peer in Patient) Ask(peer, 0, seconds: 20);

        Send(Served()[0]);

        Assert.Equal(Patient[Ahead], Served()[^1].Peer);
    }

    [Fact]
    public void Who_does_not_take_them_holds_up_nobody_for_long()
    {
        Ask(Patient[0], 0, seconds: 20);
        Ask(Patient[1], 0, seconds: 20);
        _probe.Pass(TimeSpan.FromSeconds(3));

        Ask(Patient[2], 0, seconds: 20);

        Assert.Equal(Patient[2], Served()[^1].Peer);
    }

    private BlockId Block(int index) => new(_stream.Records[0].Id, 0, (ushort)index);

    private void Ask(int peer, int block, double seconds) => _probe.Say(peer, new SessionEvent
    {
        Kind = SessionEventKind.Requested,
        Channel = SwarmProbe.Channel,
        Request = ++_requests,
        Block = Block(block),
        Deadline = TimeSpan.FromSeconds(seconds),
    });

    /// <summary>A session has written a block.</summary>
    private void Send(SwarmEffect served) => _probe.Say(served.Peer, new SessionEvent
    {
        Kind = SessionEventKind.BlockServed,
        Channel = SwarmProbe.Channel,
        Request = served.Command.Request,
        Block = served.Command.Block,
        Count = ContentLimits.BlockBytes,
        Value = 1,
    });

    private SwarmEffect[] Served() =>
    [
        .. _probe.Effects.Where(effect => effect.Kind == SwarmEffectKind.Command
            && effect.Command.Kind == SessionCommandKind.Serve),
    ];
}
