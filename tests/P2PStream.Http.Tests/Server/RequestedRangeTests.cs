namespace P2PStream.Http.Tests;

public sealed class RequestedRangeTests
{
    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=10-19", 10, 10)]
    [InlineData("bytes=10-", 10, 90)]
    [InlineData("bytes=90-1000", 90, 10)]
    [InlineData("bytes=-30", 70, 30)]
    [InlineData("bytes=-300", 0, 100)]
    [InlineData("BYTES= 5 - 6 ", 5, 2)]
    [InlineData("bytes=5-99999999999999999999999", 5, 95)]
    public void One_range_is_resolved(string header, long offset, long length) =>
        Assert.Equal(
            new RequestedRange(RangeKind.Part, offset, length), RequestedRange.Parse(header, 100));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("items=0-1")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=+5-6")]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("bytes=--5")]
    public void What_is_no_single_range_gives_the_whole(string? header) =>
        Assert.Equal(
            new RequestedRange(RangeKind.Whole, 0, 100), RequestedRange.Parse(header, 100));

    [Theory]
    [InlineData("bytes=100-", 100)]
    [InlineData("bytes=100-200", 100)]
    [InlineData("bytes=99999999999999999999999-", 100)]
    [InlineData("bytes=-0", 100)]
    [InlineData("bytes=-5", 0)]
    [InlineData("bytes=0-", 0)]
    public void A_range_outside_is_unsatisfiable(string header, long total) =>
        Assert.Equal(RangeKind.Unsatisfiable, RequestedRange.Parse(header, total).Kind);
}
