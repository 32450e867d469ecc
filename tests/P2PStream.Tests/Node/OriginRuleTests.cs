using P2PStream.Protocol;

namespace P2PStream.Tests;

/// <summary>A publisher's key is not to be trusted with the viewers' networks.</summary>
public sealed class OriginRuleTests
{
    private const string Catalog = "https://media.example/film/";
    private const string Hint = "http://127.0.0.1:8080/film/";

    [Theory]
    [InlineData(Catalog, "s1.ts", "https://media.example/film/s1.ts")]
    [InlineData(Catalog, "/other/s1.ts", "https://media.example/other/s1.ts")]
    [InlineData(Catalog, "https://MEDIA.example:443/s1.ts", "https://media.example/s1.ts")]
    [InlineData("http://192.168.1.1/", "s1.ts", "http://192.168.1.1/s1.ts")]
    public void The_catalogs_origin_is_fetched_from_at_public_addresses(
        string stated, string record, string expected)
    {
        Assert.True(Resolve(stated, record, out var uri, out var reach));
        Assert.Equal(new Uri(expected), uri);
        Assert.Equal(OriginReach.PublicOnly, reach);
    }

    [Theory]
    [InlineData(Catalog, "http://127.0.0.1:8080/anything")]
    [InlineData(Hint, "s1.ts")]
    [InlineData("", "http://127.0.0.1:8080/s1.ts")]
    [InlineData(Catalog, "http://cdn.example/s1.ts")]
    public void What_the_link_or_the_host_application_names_may_lie_anywhere(
        string stated, string record)
    {
        Assert.True(Resolve(stated, record, out _, out var reach));
        Assert.Equal(OriginReach.Anywhere, reach);
    }

    [Theory]
    [InlineData(Catalog, "http://192.168.1.1/reboot")]
    [InlineData(Catalog, "//router.local/reboot")]
    [InlineData(Catalog, "http://media.example/s1.ts")]
    [InlineData(Catalog, "https://media.example:8443/s1.ts")]
    [InlineData(Catalog, "https://media.example@evil.example/s1.ts")]
    [InlineData(Catalog, "http://127.0.0.1:8081/anything")]
    [InlineData(Catalog, "https://127.0.0.1:8080/anything")]
    [InlineData(Catalog, "file:///etc/hostname")]
    [InlineData("", "http://192.168.1.1/reboot")]
    [InlineData("", "s1.ts")]
    [InlineData("file:///etc/", "hostname")]
    [InlineData("not a url", "s1.ts")]
    public void No_other_server_is_asked_whatever_a_signed_record_says(string stated, string record)
    {
        Assert.False(Resolve(stated, record, out var uri, out _));
        Assert.Null(uri);
    }

    private static bool Resolve(string stated, string record, out Uri? uri, out OriginReach reach)
    {
        var rule = new OriginRule([Hint], uri => uri.Host == "cdn.example");
        var isAllowed = rule.TryResolve(stated, new SegmentRecord
        {
            Id = new SegmentId(1, 0, 0),
            Parts = [],
            Start = TimeSpan.Zero,
            Duration = TimeSpan.Zero,
            Root = default,
            OriginUri = record,
        }, out uri, out reach, out var problem);
        Assert.Equal(isAllowed, problem is null);
        return isAllowed;
    }
}
