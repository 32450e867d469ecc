using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>A publisher that cannot carry anybody, beside an origin: how viewers come to leave it to who is
/// elected.</summary>
public sealed class ScarceGiverTests : IDisposable
{
    private const int Giver = 1;
    private const int Blocks = 2;
    private const uint Viewer = (uint)(InterestRole.Viewer | InterestRole.UsesOrigin);
    private const uint Lacking = Viewer | (uint)InterestRole.LacksGivers;

    private readonly TestStream _stream =
        new(10, Blocks * ContentLimits.BlockBytes - 200, TimeSpan.FromSeconds(2));

    private readonly SwarmProbe _probe;
    private readonly Queue<SessionCommand> _asked = new();

    public ScarceGiverTests()
    {
        _probe = new SwarmProbe(_stream, useOrigin: true);
        _stream.PublishTo(_probe.Swarm, _probe.Now);
        _probe.Join(Giver);
        _probe.Say(Giver, SessionEventKind.Interest, First, count: 0);
        _probe.Say(Giver, SessionEventKind.HaveSegments, First, count: 10);
        _probe.Swarm.DiscoveryDone(_probe.Now);
    }

    private BlockId First => new(_stream.Records[0].Id, 0, 0);

    public void Dispose()
    {
        foreach (var request in _asked) request.Lease!.Release();
        _probe.Dispose();
        _stream.Dispose();
    }

    [Fact]
    public void Who_sent_nothing_is_not_asked_again_and_again()
    {
        Watch();
        _probe.Pass(TimeSpan.FromSeconds(1.5));
        Forget(Giver);

        _probe.Pass(TimeSpan.FromSeconds(5));

        // The last blocks of what is its turn, and no more: nothing new is known of it.
        Assert.InRange(Forget(Giver), 0, 4 * Blocks);
    }

    [Fact]
    public void What_comes_later_is_not_fetched_from_the_origin_before_its_turn()
    {
        Watch();
        _probe.Pass(TimeSpan.FromSeconds(3));

        var fetched = _probe.Effects
            .Where(effect => effect.Kind == SwarmEffectKind.FetchOrigin)
            .Select(effect => effect.Run!.Record.Id.Sequence).ToArray();
        Assert.NotEmpty(fetched);
        Assert.All(fetched, sequence => Assert.InRange(sequence, 0ul, 1ul));
    }

    [Theory]
    [InlineData(Viewer, true)]
    [InlineData(Lacking, false)]
    public void Who_joins_does_as_most_do(uint role, bool isAsked)
    {
        Join(2, 6, role);
        Watch();
        Assert.Equal(isAsked, Forget(Giver) > 0);
    }

    [Fact]
    public void Peers_are_told_of_it()
    {
        _probe.Join(2);
        _probe.Say(2, SessionEventKind.Interest, First, count: 10, value: Viewer);
        Watch();
        Assert.All(_probe.TakeCommands(2, SessionCommandKind.Interest),
            interest => Assert.Equal(Viewer, interest.Value));

        _probe.Pass(TimeSpan.FromSeconds(1.5));

        Assert.Equal(Lacking, _probe.TakeCommands(2, SessionCommandKind.Interest)[^1].Value);
    }

    /// <summary>What it gets of one that sends to all of them says little of what that one can send.</summary>
    [Fact]
    public void Who_finds_it_scarce_alone_counts_the_others_that_ask_it()
    {
        Watch();
        _probe.Pass(TimeSpan.FromSeconds(1.5));
        Join(2, 8, Viewer);
        Assert.Equal(Lacking, _probe.TakeCommands(2, SessionCommandKind.Interest)[^1].Value);

        // Twice what is played, until it has sent enough to be judged by.
        var asked = new Queue<SessionCommand>();
        for (var sent = 0; sent < 4; sent++)
        {
            _probe.Pass(TimeSpan.FromSeconds(0.5));
            foreach (var request in _probe.TakeCommands(Giver, SessionCommandKind.Request))
                asked.Enqueue(request);
            if (asked.TryDequeue(out var next)) _probe.Deliver(Giver, next);
        }

        foreach (var request in asked) request.Lease!.Release();
        Assert.Contains(_probe.TakeCommands(2, SessionCommandKind.Interest), said => said.Value == Viewer);
    }

    /// <summary>What one got of it alone says nothing of what it sends to those who have just come.</summary>
    [Fact]
    public void Who_finds_it_scarce_as_most_do_does_not_count_those_who_come()
    {
        Join(2, 9, Lacking);
        Watch();
        Feed(TimeSpan.FromSeconds(8));
        Assert.Equal(Lacking, _probe.TakeCommands(2, SessionCommandKind.Interest)[^1].Value);

        Join(10, 14, Viewer);
        Feed(TimeSpan.FromSeconds(4));

        Assert.DoesNotContain(_probe.TakeCommands(2, SessionCommandKind.Interest), said => said.Value == Viewer);
    }

    [Fact]
    public void Who_has_said_nothing_yet_does_not_count()
    {
        Join(2, 5, Lacking);
        for (var peer = 5; peer < 12; peer++) _probe.Join(peer);
        Watch();
        Assert.Equal(0, Forget(Giver));
    }

    [Fact]
    public void Who_has_no_giver_says_on_what_most_say()
    {
        _probe.Swarm.PeerLeft(Giver, _probe.Now);
        Join(2, 5, Lacking);
        Join(5, 6, Viewer);
        Watch();
        Assert.Equal(Lacking, _probe.TakeCommands(5, SessionCommandKind.Interest)[^1].Value);
    }

    /// <summary>The picker learns nothing of what it was told not to wait for, and believes what it did of one that
    /// nothing is known of: that it is quick.</summary>
    [Fact]
    public void What_comes_after_it_was_taken_back_says_nothing_of_its_rate()
    {
        Watch();
        var asked = _probe.TakeCommands(Giver, SessionCommandKind.Request);
        Assert.True(asked.Count * ContentLimits.BlockBytes > ScarceGivers.JudgedAfter + ContentLimits.BlockBytes);
        Join(2, 6, Lacking);
        Assert.Equal(Lacking, _probe.TakeCommands(2, SessionCommandKind.Interest)[^1].Value);

        foreach (var request in asked) _probe.Deliver(Giver, request);

        Assert.DoesNotContain(_probe.TakeCommands(2, SessionCommandKind.Interest), said => said.Value == Viewer);
    }

    [Fact]
    public void Of_what_is_scarce_by_hearsay_little_is_asked_until_it_has_sent_something()
    {
        Join(2, 6, Lacking & ~(uint)InterestRole.UsesOrigin);
        Watch();
        _probe.Pass(TimeSpan.FromMilliseconds(300));
        Assert.Equal(2, Forget(Giver));
    }

    private void Join(int first, int end, uint role)
    {
        for (var peer = first; peer < end; peer++)
        {
            _probe.Join(peer);
            _probe.Say(peer, SessionEventKind.Interest, First, count: 10, value: role);
        }
    }

    /// <summary>The giver sends a block a second: as much as is played.</summary>
    private void Feed(TimeSpan time)
    {
        for (var end = _probe.Now + time; _probe.Now < end;)
        {
            foreach (var request in _probe.TakeCommands(Giver, SessionCommandKind.Request)) _asked.Enqueue(request);
            if (_asked.TryDequeue(out var next)) _probe.Deliver(Giver, next);
            _probe.Pass(TimeSpan.FromSeconds(1));
        }
    }

    private void Watch()
    {
        Assert.True(_probe.Swarm.OpenReader(1, First.Segment, _probe.Now));
        _probe.Swarm.Play(TimeSpan.Zero, isMoving: false, 1, _probe.Now);
        _probe.Turn();
        _probe.Pass(TimeSpan.FromMilliseconds(100));
    }

    /// <returns>How many blocks it was asked for.</returns>
    private int Forget(int peer)
    {
        var requests = _probe.TakeCommands(peer, SessionCommandKind.Request);
        foreach (var request in requests) request.Lease!.Release();
        return requests.Count;
    }
}
