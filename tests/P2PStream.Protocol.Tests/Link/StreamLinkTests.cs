using P2PStream.Protocol.Tests.Content;

namespace P2PStream.Protocol.Tests.Link;

public sealed class StreamLinkTests
{
    private const string Key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

    [Fact]
    public void A_full_link_is_read_and_written()
    {
        const string text = $"p2pstream:{Key}/Caf%C3%A9%20live"
            + "?peer=192.0.2.1:4000&peer=[2001:db8::1]:1"
            + "&dht=router.example.org:6881&origin=https://cdn.example/a%2520b/";
        Assert.True(StreamLink.TryParse(text, out var link, out var error));
        Assert.Null(error);
        Assert.Equal("Café live", link.Name);
        Assert.Equal(["192.0.2.1:4000", "[2001:db8::1]:1"], link.Peers);
        Assert.Equal(["router.example.org:6881"], link.Bootstrap);
        Assert.Equal(["https://cdn.example/a%20b/"], link.Origins);
        Assert.Equal(text, link.ToString());
        Assert.Equal(Protocol.StreamId.Of(link.Key, "Café live"), link.StreamId);
    }

    [Theory]
    [InlineData($"P2PStream:{Key}/n", $"p2pstream:{Key}/n")]
    [InlineData($"  p2pstream:{Key}/n\n", $"p2pstream:{Key}/n")]
    [InlineData($"p2pstream:{Key}/a/b", $"p2pstream:{Key}/a%2Fb")]
    [InlineData($"p2pstream:{Key}/äöü", $"p2pstream:{Key}/%C3%A4%C3%B6%C3%BC")]
    [InlineData($"p2pstream:{Key}/%e2%82%ac+1", $"p2pstream:{Key}/%E2%82%AC%2B1")]
    [InlineData($"p2pstream:{Key}/n?", $"p2pstream:{Key}/n")]
    [InlineData($"p2pstream:{Key}/n?&&x=%zz&flag&peer=A.example:1&",
        $"p2pstream:{Key}/n?peer=a.example:1")]
    [InlineData($"p2pstream:{Key}/n?peer=%5B::1%5D:1", $"p2pstream:{Key}/n?peer=[::1]:1")]
    [InlineData($"p2pstream:{Key}/n?peer=[0:0:0:0:0:0:0:1]:1", $"p2pstream:{Key}/n?peer=[::1]:1")]
    [InlineData($"p2pstream:{Key}/n?origin=http://127.0.0.1:8080",
        $"p2pstream:{Key}/n?origin=http://127.0.0.1:8080/")]
    [InlineData($"p2pstream:{Key}/n?peer=a:1&secret={Key}", $"p2pstream:{Key}/n?secret={Key}&peer=a:1")]
    [InlineData($"p2pstream:{Key}/n?origin=https://h/?a=1%26b=2",
        $"p2pstream:{Key}/n?origin=https://h/?a=1%26b=2")]
    public void A_link_has_one_text(string text, string expected)
    {
        Assert.True(StreamLink.TryParse(text, out var link, out var error), error);
        Assert.Equal(expected, link.ToString());
        Assert.True(StreamLink.TryParse(expected, out var again, out _));
        Assert.Equal(link, again);
        Assert.Equal(link.GetHashCode(), again.GetHashCode());
    }

    [Theory]
    [InlineData($"p2pstream:{Key}/n?secret=")]
    [InlineData($"p2pstream:{Key}/n?secret=AQID")]
    [InlineData($"p2pstream:{Key}/n?secret={Key}A")]
    [InlineData($"p2pstream:{Key}/n?secret={Key}&secret={Key}")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://example.org/")]
    [InlineData("p2pstream:")]
    [InlineData("p2pstream:/name")]
    [InlineData($"p2pstream:{Key}")]
    [InlineData($"p2pstream:{Key}/")]
    [InlineData($"p2pstream:{Key}?peer=a:1")]
    [InlineData($"p2pstream:{Key}/?peer=a:1")]
    [InlineData($"p2pstream://{Key}/n")]
    [InlineData("p2pstream:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHy/n")]
    [InlineData("p2pstream:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyB/n")]
    [InlineData("p2pstream:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHy=/n")]
    [InlineData("p2pstream:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eH+A/n")]
    [InlineData($"p2pstream:{Key}/a b")]
    [InlineData($"p2pstream:{Key}/n#part")]
    [InlineData($"p2pstream:{Key}/%")]
    [InlineData($"p2pstream:{Key}/%4")]
    [InlineData($"p2pstream:{Key}/%zz")]
    [InlineData($"p2pstream:{Key}/%ff")]
    [InlineData($"p2pstream:{Key}/%c3")]
    [InlineData($"p2pstream:{Key}/%00")]
    [InlineData($"p2pstream:{Key}/a%0Ab")]
    [InlineData($"p2pstream:{Key}/n?peer=")]
    [InlineData($"p2pstream:{Key}/n?peer=host")]
    [InlineData($"p2pstream:{Key}/n?peer=host:0")]
    [InlineData($"p2pstream:{Key}/n?peer=host:65536")]
    [InlineData($"p2pstream:{Key}/n?peer=host:01")]
    [InlineData($"p2pstream:{Key}/n?peer=::1:1")]
    [InlineData($"p2pstream:{Key}/n?peer=[::1]")]
    [InlineData($"p2pstream:{Key}/n?peer=[fe80::1%251]:1")]
    [InlineData($"p2pstream:{Key}/n?peer=[1.2.3.4]:1")]
    [InlineData($"p2pstream:{Key}/n?peer=1.2.3:1")]
    [InlineData($"p2pstream:{Key}/n?peer=1.2.3.256:1")]
    [InlineData($"p2pstream:{Key}/n?peer=01.2.3.4:1")]
    [InlineData($"p2pstream:{Key}/n?peer=a..b:1")]
    [InlineData($"p2pstream:{Key}/n?peer=-a:1")]
    [InlineData($"p2pstream:{Key}/n?dht=x y:1")]
    [InlineData($"p2pstream:{Key}/n?dht=%ff:1")]
    [InlineData($"p2pstream:{Key}/n?origin=ftp://a/")]
    [InlineData($"p2pstream:{Key}/n?origin=file:///etc/passwd")]
    [InlineData($"p2pstream:{Key}/n?origin=/relative")]
    [InlineData($"p2pstream:{Key}/n?origin=https://user:word@host/")]
    [InlineData($"p2pstream:{Key}/n?origin=https://host/%23part")]
    public void A_bad_link_is_refused_in_one_line(string? text)
    {
        Assert.False(StreamLink.TryParse(text, out var link, out var error));
        Assert.Null(link);
        Assert.NotEmpty(error);
        Assert.DoesNotContain('\n', error);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_letter_is_refused()
    {
        // An attribute cannot hold it.
        A_bad_link_is_refused_in_one_line($"p2pstream:{Key}/a\ud800");
        A_bad_link_is_refused_in_one_line($"p2pstream:{Key}/a?peer=\udc00:1");
        Assert.Throws<ArgumentException>(() => new StreamLink { Key = default, Name = "\ud800" });
    }

    [Fact]
    public void Length_and_number_of_hints_are_limited()
    {
        var peers = string.Concat(Enumerable.Range(1, 17).Select(i => $"&peer=a:{i}"));
        Assert.False(StreamLink.TryParse($"p2pstream:{Key}/n?{peers}", out _, out var error));
        Assert.Contains("16", error, StringComparison.Ordinal);
        Assert.True(StreamLink.TryParse($"p2pstream:{Key}/n?{peers[..^10]}", out var link, out _));
        Assert.Equal(16, link.Peers.Count);
        var filler = new string('x', StreamLink.MaxLength - Key.Length - "p2pstream:/n?x=".Length);
        Assert.True(StreamLink.TryParse($"p2pstream:{Key}/n?x={filler}", out _, out _));
        Assert.False(StreamLink.TryParse($"p2pstream:{Key}/n?x={filler}x", out _, out _));
    }

    [Fact]
    public void Hints_that_do_not_fit_are_left_out()
    {
        var host = new string('a', 60);
        string[] origins = [.. Enumerable.Range(1, 16).Select(i => $"https://{host}.example/{i}/")];
        string[] peers = [.. Enumerable.Range(1, 16).Select(i => $"{host}:{i}")];
        using var root = Samples.Root();
        var link = new StreamLink
        {
            Key = root.PublicKey, Name = new string('€', 80), Peers = peers, Origins = origins,
        };
        Assert.True(link.ToString().Length <= StreamLink.MaxLength);
        Assert.True(StreamLink.TryParse(link.ToString(), out var again, out _));
        Assert.Equal(link.Name, again.Name);
        Assert.Equal(peers[..again.Peers.Count], again.Peers);
        Assert.NotEmpty(again.Peers);
    }

    [Fact]
    public void A_link_with_an_invalid_part_is_not_made()
    {
        Assert.Throws<ArgumentException>(() => new StreamLink { Key = default, Name = "" });
        Assert.Throws<ArgumentException>(
            () => new StreamLink { Key = default, Name = "n", Peers = ["nowhere"] });
        Assert.Throws<ArgumentException>(
            () => new StreamLink { Key = default, Name = "n", Origins = ["ftp://a"] });
        Assert.Throws<ArgumentException>(
            () => new StreamLink { Key = default, Name = "n", Bootstrap = new string[17] });
    }
}
