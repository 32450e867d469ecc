namespace P2PStream.Discovery.Tests;

public sealed class InfoHashTests
{
    private static readonly byte[] Secret = "sixteen bytes..."u8.ToArray();

    [Fact]
    public void A_secret_hides_the_key()
    {
        var key = InfoHash.FromStream("stream"u8, Secret);
        Assert.Equal(key, InfoHash.FromStream("stream"u8, Secret));
        Assert.NotEqual(key, InfoHash.FromStream("stream"u8));
        Assert.NotEqual(key, InfoHash.FromStream("strean"u8, Secret));
        Assert.NotEqual(key, InfoHash.FromStream("stream"u8, "sixteen bytes..!"u8.ToArray()));
        Assert.Throws<ArgumentException>(() => InfoHash.FromStream("s"u8, new byte[15]));
        Assert.Throws<ArgumentException>(() => InfoHash.FromStream("s"u8, []));
    }

    /// <summary>Both derivations are what other implementations have to agree with.</summary>
    [Fact]
    public void The_derivations_stay_what_they_are()
    {
        Assert.Equal(
            "ca1f26792b0109808dc6ad4d84e1ab4ba453d71e", InfoHash.FromStream("stream"u8).ToString());
        Assert.Equal(
            "63be800ab3920354f82954498dd1449494099c88", InfoHash.FromStream("stream"u8, Secret).ToString());
    }
}
