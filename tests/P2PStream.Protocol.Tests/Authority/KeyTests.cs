using P2PStream.Protocol.Tests.Content;

namespace P2PStream.Protocol.Tests.Authority;

public sealed class KeyTests
{
    [Fact]
    public void A_root_key_comes_back_from_its_text()
    {
        using var key = Samples.Root();
        var text = key.ExportText();
        Assert.Equal("p2pstream-key:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA", text);
        Assert.True(RootKey.TryParse($"  {text}\r\n", out var again, out _));
        Assert.Equal(key.PublicKey, again.PublicKey);
        again.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA")]
    [InlineData("p2pstream-key:")]
    [InlineData("p2pstream-key:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHy")]
    [InlineData("p2pstream-key:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyB")]
    [InlineData("p2pstream-key:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=")]
    [InlineData("p2pstream-key:AQIDBAUGBwgJCgsMDQ4PEBES ExQVFhcYGRobHB0eHyA")]
    public void A_damaged_root_key_is_refused_in_one_line_without_its_text(string? text)
    {
        Assert.False(RootKey.TryParse(text, out var key, out var error));
        Assert.Null(key);
        Assert.DoesNotContain('\n', error);
        Assert.DoesNotContain("AQID", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_epoch_key_comes_back_from_its_text()
    {
        using var key = Samples.Epoch();
        Assert.True(EpochKey.TryParse(key.ExportText() + "\n", out var again, out _));
        using (again)
        {
            Assert.Equal(key.Delegation, again.Delegation);
            Assert.Equal(key.SignRecord([1]), again.SignRecord([1]));
            Assert.Equal(key.DelegationSignature.ToArray(), again.DelegationSignature.ToArray());
        }
    }

    [Fact]
    public void A_damaged_epoch_key_is_refused()
    {
        using var key = Samples.Epoch();
        using var other = Samples.Epoch(epoch: 8);
        var text = key.ExportText();
        var start = "p2pstream-epoch-key:".Length;
        Assert.False(EpochKey.TryParse(text[..^1], out _, out _));
        Assert.False(EpochKey.TryParse(text[1..], out _, out _));
        Assert.False(EpochKey.TryParse(null, out _, out var error));
        Assert.DoesNotContain('\n', error);
        // The secret of one epoch with the delegation of another.
        var mixed = other.ExportText()[..(start + 42)] + text[(start + 42)..];
        Assert.False(EpochKey.TryParse(mixed, out _, out _));
    }

    [Fact]
    public void A_key_never_prints_its_secret()
    {
        using var root = Samples.Root();
        using var key = Samples.Epoch();
        var rootSecret = root.ExportText()["p2pstream-key:".Length..];
        var epochSecret = key.ExportText()["p2pstream-epoch-key:".Length..][..42];
        Assert.DoesNotContain(rootSecret, root.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(epochSecret, key.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_epoch_key_depends_on_root_name_and_epoch_and_on_nothing_else()
    {
        using var key = Samples.Epoch();
        using var same = Samples.Epoch(notAfter: Samples.Now + 9999);
        using var otherEpoch = Samples.Epoch(epoch: 8);
        using var otherName = Samples.Epoch(name: "another");
        using var otherRoot = Samples.Epoch(seed: 2);
        Assert.Equal(key.Delegation.Key, same.Delegation.Key);
        Hash256[] keys =
        [
            key.Delegation.Key, otherEpoch.Delegation.Key, otherName.Delegation.Key,
            otherRoot.Delegation.Key,
        ];
        Assert.Equal(4, keys.Distinct().Count());
    }

    [Fact]
    public void The_public_key_is_that_of_RFC_8032()
    {
        // RFC 8032, section 7.1, test 1.
        using var key = RootKey.FromSeed(Convert.FromHexString(
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
        Assert.Equal(
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            key.PublicKey.ToString());
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(6, 5)]
    [InlineData(0, long.MaxValue)]
    public void A_delegation_for_an_impossible_time_is_not_made(long notBefore, long notAfter)
    {
        using var root = Samples.Root();
        Assert.Throws<ArgumentException>(() => root.Delegate("name", 1, notBefore, notAfter));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("\u007f")]
    public void An_invalid_name_is_refused(string name)
    {
        using var root = Samples.Root();
        Assert.False(StreamName.IsValid(name));
        Assert.Throws<ArgumentException>(() => root.StreamId(name));
    }

    [Fact]
    public void A_name_has_at_most_255_bytes_not_letters()
    {
        Assert.True(StreamName.IsValid(new string('a', 255)));
        Assert.False(StreamName.IsValid(new string('a', 256)));
        Assert.False(StreamName.IsValid(new string('ü', 128)));
        Assert.True(StreamName.IsValid(string.Concat(Enumerable.Repeat("😀", 63))));
        Assert.False(StreamName.IsValid(null));
        // Half letters, which an attribute cannot hold.
        Assert.False(StreamName.IsValid("\ud800"));
        Assert.False(StreamName.IsValid("a\ud800b"));
        Assert.False(StreamName.IsValid("\udc00\ud800"));
    }
}
