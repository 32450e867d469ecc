namespace P2PStream.Tests;

public sealed class SwarmInboxTests
{
    private readonly SwarmInbox _inbox = new(limit: 2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Whoever ends the loop says so elsewhere first: the loop must look there once more, even if it was awake
    /// and about to look for inputs.</summary>
    [Fact]
    public void What_closes_while_the_loop_is_awake_wakes_it_once_more()
    {
        _inbox.Wake();
        Assert.True(_inbox.WaitAsync().AsTask().IsCompletedSuccessfully);

        _inbox.Close();

        Assert.False(_inbox.TryTake(out _));
        Assert.True(_inbox.WaitAsync().AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Quiet_inputs_are_taken_together_at_the_next_waking()
    {
        Assert.True(_inbox.TryAdd(Input(1)));
        Assert.True(_inbox.TryAdd(Input(2)));
        var waiting = _inbox.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        _inbox.Wake();
        await waiting.WaitAsync(Token);
        Assert.Equal([1, 2], TakeAll());
    }

    [Fact]
    public async Task Whoever_finds_no_room_wakes_the_loop_and_waits_for_it()
    {
        _inbox.TryAdd(Input(1));
        _inbox.TryAdd(Input(2));
        Assert.False(_inbox.TryAdd(Input(3)));
        var adding = _inbox.AddAsync(Input(3), Token).AsTask();
        await _inbox.WaitAsync().AsTask().WaitAsync(Token);
        // The first look makes room: what waits may come in before the last.
        Assert.True(_inbox.TryTake(out var first));
        Assert.Equal(1, first.Peer);
        Assert.True(await adding.WaitAsync(Token));
        Assert.True(_inbox.TryTake(out var second));
        Assert.Equal(2, second.Peer);
        Assert.Equal([3], TakeAll());
    }

    [Fact]
    public async Task Closing_refuses_what_comes_and_what_waits_for_room()
    {
        _inbox.TryAdd(Input(1));
        _inbox.TryAdd(Input(2));
        var adding = _inbox.AddAsync(Input(3), Token).AsTask();
        _inbox.Close();
        Assert.False(await adding.WaitAsync(Token));
        Assert.False(_inbox.TryAdd(Input(4)));
        await _inbox.WaitAsync().AsTask().WaitAsync(Token);
        Assert.Equal([1, 2], TakeAll());
    }

    [Fact]
    public async Task No_input_of_many_threads_is_lost_or_slept_through()
    {
        const int Threads = 4, Each = 5000;
        var inbox = new SwarmInbox(limit: 64);
        var adding = Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                Assert.True(await inbox.AddAsync(Input((thread * Each) + i), Token));
                inbox.Wake();
            }
        }, Token)).ToArray();
        var seen = new bool[Threads * Each];
        for (var left = seen.Length; left > 0;)
        {
            await inbox.WaitAsync().AsTask().WaitAsync(Token);
            while (inbox.TryTake(out var input))
            {
                Assert.False(seen[input.Peer]);
                seen[input.Peer] = true;
                left--;
            }
        }

        await Task.WhenAll(adding);
    }

    private static SwarmInput Input(int peer) => new(peer, default, null);

    private List<int> TakeAll()
    {
        var taken = new List<int>();
        while (_inbox.TryTake(out var input)) taken.Add(input.Peer);
        return taken;
    }
}
