using P2PStream.Protocol;

namespace P2PStream.Swarm.Tests;

/// <summary>Leaf lists of what is wanted stay; the rest goes, oldest first; and there is an end to both.</summary>
public sealed class LeafBookTests
{
    private const int ListBytes = 10 * Hash256.Size;
    private const int Limit = 5 * ListBytes;

    [Fact]
    public void What_nobody_needs_goes_first_and_the_oldest_of_it()
    {
        var book = new LeafBook(Limit);
        for (ulong i = 0; i < 8; i++) Add(book, i, isNeeded: id => id.Sequence < 2);

        Assert.Equal([0ul, 1, 5, 6, 7], Held(book, 8));
        Assert.Equal(Limit, book.Bytes);
    }

    [Fact]
    public void What_is_needed_stays_beyond_the_limit_up_to_another()
    {
        var book = new LeafBook(Limit);
        for (ulong i = 0; i < 20; i++) Add(book, i, isNeeded: static _ => true);
        Assert.Equal(20, Held(book, 20).Count);

        for (ulong i = 20; i < 100; i++) Add(book, i, isNeeded: static _ => true);

        Assert.Equal(Limit * LeafBook.WantedShare, book.Bytes);
        Assert.Equal(Enumerable.Range(80, 20).Select(i => (ulong)i), Held(book, 100));
    }

    [Fact]
    public void What_the_store_holds_stays_without_an_end()
    {
        var book = new LeafBook(Limit);
        for (ulong i = 0; i < 100; i++)
            Add(book, i, isNeeded: static _ => false, isKept: static id => id.Sequence % 2 == 0);

        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => 2 * (ulong)i), Held(book, 100).Where(i => i % 2 == 0));
        Assert.Equal([95ul, 97, 99], Held(book, 100).Where(i => i % 2 == 1));
    }

    [Fact]
    public void What_the_store_holds_takes_no_room_from_what_is_needed()
    {
        var book = new LeafBook(Limit);
        for (ulong i = 0; i < 50; i++)
            Add(book, i, isNeeded: static _ => false, isKept: static id => id.Sequence < 50);
        for (ulong i = 50; i < 60; i++)
            Add(book, i, isNeeded: static _ => true, isKept: static id => id.Sequence < 50);
        Assert.Equal(60, Held(book, 60).Count);

        for (ulong i = 0; i < 50; i++) book.Release(new SegmentId(1, 1, i));
        Add(book, 60, isNeeded: static _ => false);

        Assert.Equal(Limit, book.Bytes);
    }

    [Fact]
    public void A_swarm_keeps_the_lists_of_what_the_hosts_store_holds()
    {
        using var stream = new TestStream(1, 40_000, TimeSpan.FromSeconds(2));
        using var probe = new SwarmProbe(stream);
        var state = new SwarmState(
            new SwarmOptions
            {
                Stream = stream.Root.StreamId(TestStream.Name),
                RootKey = stream.Root.PublicKey,
                Name = TestStream.Name,
                Self = SwarmProbe.Identity(1),
            }, probe.Picker, probe.Pool);
        var big = new byte[4 << 20];
        for (ulong i = 0; i < 40; i++)
        {
            state.Kept.Add(new SegmentId(7, 1, i));
            state.AddLeaves(new SegmentId(7, 1, i), 0, big);
        }

        for (ulong i = 0; i < 40; i++)
            Assert.True(state.Leaves.Contains(new SegmentId(7, 1, i), 0));
    }

    [Fact]
    public void A_swarm_keeps_the_lists_of_what_its_reader_waits_for()
    {
        using var stream = new TestStream(4, 40_000, TimeSpan.FromSeconds(2));
        using var probe = new SwarmProbe(stream);
        stream.PublishTo(probe.Swarm, probe.Now);
        var state = new SwarmState(
            new SwarmOptions
            {
                Stream = stream.Root.StreamId(TestStream.Name),
                RootKey = stream.Root.PublicKey,
                Name = TestStream.Name,
                Self = SwarmProbe.Identity(1),
            }, probe.Picker, probe.Pool);
        state.Store.GetOrAdd(stream.Records[0]).Wanted = true;
        state.Store.GetOrAdd(stream.Records[1]).Readers = 1;
        var big = new byte[4 << 20];
        for (var i = 0; i < 4; i++) state.AddLeaves(stream.Records[i].Id, 0, big);
        state.AddLeaves(new SegmentId(7, 9, 9), 0, big);
        state.AddLeaves(new SegmentId(7, 9, 10), 0, big);

        Assert.True(state.Leaves.Contains(stream.Records[0].Id, 0));
        Assert.True(state.Leaves.Contains(stream.Records[1].Id, 0));
        Assert.False(state.Leaves.Contains(stream.Records[2].Id, 0));
        Assert.False(state.Leaves.Contains(stream.Records[3].Id, 0));
    }

    private static void Add(LeafBook book, ulong sequence, Func<SegmentId, bool> isNeeded,
        Func<SegmentId, bool>? isKept = null) =>
        book.Add(new SegmentId(1, 1, sequence), 0, new byte[ListBytes], isNeeded,
            isKept ?? (static _ => false));

    private static List<ulong> Held(LeafBook book, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (ulong)i)
            .Where(i => book.Contains(new SegmentId(1, 1, i), 0))];
}
