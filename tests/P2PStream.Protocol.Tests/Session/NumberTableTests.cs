namespace P2PStream.Protocol.Tests;

public class NumberTableTests
{
    /// <summary>Around what is searched one by one, and far beyond.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public void What_was_added_is_found_until_it_is_removed(int count)
    {
        var table = new NumberTable<string>();
        for (var i = 0u; i < count; i++) Assert.True(table.TryAdd(i * 7, $"{i}"));
        Assert.Equal(count, table.Count);

        for (var i = 0u; i < count; i += 2) table.Remove(i * 7);

        Assert.Equal(count / 2, table.Count);
        for (var i = 0u; i < count; i++)
        {
            Assert.Equal(i % 2 == 1, table.TryGetValue(i * 7, out var value));
            Assert.Equal(i % 2 == 1 ? $"{i}" : null, value);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void A_number_is_used_once_wherever_it_is(int count)
    {
        var table = new NumberTable<string>();
        for (var i = 0u; i < count; i++) table.TryAdd(i, "first");
        // Makes room in the row while others are elsewhere.
        table.Remove(0);

        for (var i = 1u; i < count; i++) Assert.False(table.TryAdd(i, "second"));
        Assert.True(table.TryAdd(0, "second"));

        Assert.Equal(count, table.Count);
        Assert.True(table.TryGetValue((uint)count - 1, out var last));
        Assert.Equal("first", last);
    }

    [Fact]
    public void What_is_not_there_is_not_removed()
    {
        var table = new NumberTable<string>();
        table.TryAdd(1, "one");

        table.Remove(2);

        Assert.Equal(1, table.Count);
    }
}
