namespace P2PStream.Discovery.Tests;

public sealed class TokenIssuerTests
{
    private static readonly NodeId Key = new("mnopqrstuvwxyz123456"u8);
    private readonly TokenIssuer _issuer = new(new SeededRandom(7));

    [Fact]
    public void A_token_is_bound_to_address_and_info_hash_but_not_to_the_port()
    {
        var token = Issue(Hosts.At("20.0.0.1", 1), TimeSpan.Zero);
        Assert.True(_issuer.IsValid(token, Hosts.At("20.0.0.1", 2), Key, TimeSpan.Zero));
        Assert.False(_issuer.IsValid(token, Hosts.At("20.0.0.2", 1), Key, TimeSpan.Zero));
        Assert.False(_issuer.IsValid(
            token, Hosts.At("20.0.0.1", 1), new NodeId("abcdefghij0123456789"u8), TimeSpan.Zero));
        Assert.False(_issuer.IsValid([], Hosts.At("20.0.0.1", 1), Key, TimeSpan.Zero));
        Assert.False(_issuer.IsValid(token.AsSpan(1), Hosts.At("20.0.0.1", 1), Key, TimeSpan.Zero));
    }

    [Theory]
    [InlineData(0, 299, true)]
    [InlineData(0, 599, true)]
    [InlineData(0, 600, false)]
    [InlineData(299, 599, true)]
    [InlineData(299, 600, false)]
    [InlineData(300, 899, true)]
    [InlineData(300, 900, false)]
    public void A_token_is_good_for_five_to_ten_minutes(int issued, int used, bool valid)
    {
        var host = Hosts.Public(1);
        var token = Issue(host, TimeSpan.FromSeconds(issued));
        Assert.Equal(valid, _issuer.IsValid(token, host, Key, TimeSpan.FromSeconds(used)));
    }

    [Fact]
    public void Another_seed_issues_other_tokens()
    {
        var other = new byte[TokenIssuer.TokenBytes];
        new TokenIssuer(new SeededRandom(8)).Issue(Hosts.Public(1), Key, TimeSpan.Zero, other);
        Assert.NotEqual(Issue(Hosts.Public(1), TimeSpan.Zero), other);
    }

    private byte[] Issue(DhtEndPoint host, TimeSpan now)
    {
        var token = new byte[TokenIssuer.TokenBytes];
        _issuer.Issue(host, Key, now, token);
        return token;
    }
}
