namespace P2PStream.Protocol.Tests;

/// <summary>What one frame holds of a list of addresses.</summary>
public sealed class PeerListTests
{
    [Fact]
    public void A_frame_holds_the_first_64() =>
        Assert.Equal(64, Kept([.. Enumerable.Range(0, 100).Select(i => Address(9, i))]));

    /// <summary>Fifteen of 262 bytes and one of 164, with two for the count, are 4,096.</summary>
    [Theory]
    [InlineData(157, 16)]
    [InlineData(158, 15)]
    public void It_ends_before_the_first_that_does_not_fit(int length, int kept)
    {
        PeerAddress[] addresses =
        [
            .. Enumerable.Range(0, 15).Select(i => Address(255, i)), Address(length, 15), Address(1, 16),
        ];
        Assert.Equal(kept, Kept(addresses));
    }

    [Theory]
    [InlineData("TCP", "1.2.3.4:5")]
    [InlineData("", "1.2.3.4:5")]
    [InlineData("tcp", "")]
    [InlineData("tcp", "1.2.3.4 5")]
    public void What_no_frame_can_carry_is_refused(string tag, string value) =>
        Assert.Throws<ArgumentException>(() => PeerList.Encode([new PeerAddress(tag, value, 0)]));

    private static PeerAddress Address(int length, int number) =>
        new("tcp", new string((char)('a' + number % 26), length), (ushort)number);

    /// <returns>How many are in a frame: the first ones.</returns>
    private static int Kept(PeerAddress[] addresses)
    {
        var frame = PeerList.Encode(addresses);
        Assert.InRange(frame.Length, 1, WireLimits.PeersBytes);
        Assert.True(PeerList.TryDecode(frame, out var kept));
        Assert.Equal(addresses[..kept!.Count], kept);
        return kept.Count;
    }
}
