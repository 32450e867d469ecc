namespace P2PStream.Swarm.Tests.Content;

public class SegmentRangesTests
{
    /// <summary>Against a plain row of flags.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void They_hold_what_was_added_and_not_removed_as_few_runs(int seed)
    {
        var random = new Random(seed);
        var ranges = new SegmentRanges();
        var expected = new bool[64];
        for (var step = 0; step < 500; step++)
        {
            var first = random.Next(expected.Length);
            var count = random.Next(1, Math.Min(6, expected.Length - first) + 1);
            var isAdded = random.Next(2) == 0;
            var changes = expected.AsSpan(first, count).Contains(!isAdded);
            expected.AsSpan(first, count).Fill(isAdded);

            Assert.Equal(changes, isAdded
                ? ranges.Add((ulong)first, (ulong)count)
                : ranges.Remove((ulong)first, (ulong)count));
            Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(i => ranges.Contains((ulong)i)));
            Assert.Equal(
                Enumerable.Range(0, expected.Length).Count(i => expected[i] && (i == 0 || !expected[i - 1])),
                ranges.RangeCount);
        }
    }
}
