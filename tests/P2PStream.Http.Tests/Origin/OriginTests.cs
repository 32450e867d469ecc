using System.Diagnostics;
using System.Net;

namespace P2PStream.Http.Tests;

public sealed class OriginTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _bytes = Payload(300_000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 300_000)]
    [InlineData(70_000, 130_001)]
    [InlineData(299_999, 1)]
    public async Task A_range_arrives_exactly_and_is_counted(long offset, long length)
    {
        _folder.Write("a/ü 1.bin", _bytes);
        await using var server = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        using var client = new HttpOriginClient();
        var uri = new Uri(server.BaseUri, "a/%C3%BC%201.bin");
        await using (var stream = await client.OpenAsync(uri, offset, length, Token))
        {
            Assert.Equal(_bytes[(int)offset..(int)(offset + length)], await ReadAsync(stream));
        }

        Assert.Equal(new OriginStatistics(1, length), server.Total);
        Assert.Equal(new OriginStatistics(1, length), server.Resources["a/ü 1.bin"]);
    }

    [Fact]
    public async Task Head_a_range_outside_and_other_methods_are_answered()
    {
        _folder.Write("a.ts", _bytes);
        await using var server = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        using var http = new HttpClient { BaseAddress = server.BaseUri };
        using var head = await http.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, "a.ts"), Token);
        Assert.Equal(300_000, head.Content.Headers.ContentLength);
        Assert.Equal("video/mp2t", head.Content.Headers.ContentType!.MediaType);
        Assert.Equal("*", Assert.Single(head.Headers.GetValues("Access-Control-Allow-Origin")));
        using var outside = new HttpRequestMessage(HttpMethod.Get, "a.ts");
        outside.Headers.Range = new(300_000, null);
        using var refused = await http.SendAsync(outside, Token);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
        Assert.Equal("bytes */300000", refused.Content.Headers.ContentRange!.ToString());
        using var posted = await http.PostAsync("a.ts", null, Token);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        Assert.Equal(0, server.Total.Requests);
    }

    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("%2e%2e/secret.txt")]
    [InlineData("..%2fsecret.txt")]
    [InlineData("..%5csecret.txt")]
    [InlineData("inner/..%2f..%2fsecret.txt")]
    [InlineData("inner/.hidden")]
    [InlineData("inner")]
    [InlineData("")]
    public async Task Nothing_but_the_folders_files_is_served(string path)
    {
        _folder.Write("secret.txt", "secret");
        _folder.Write("public/inner/.hidden", "secret");
        await using var server = await OriginServer.StartAsync(
            Path.Combine(_folder.Path, "public"), cancellationToken: Token);
        var status = await RawRequest.StatusAsync(server.BaseUri, "/" + path, Token);
        Assert.Contains(status, (int[])[400, 404]);
    }

    [Fact]
    public async Task The_cap_holds_for_all_connections_together()
    {
        const long bitsPerSecond = 4_000_000;
        _folder.Write("a.ts", Payload(2_000_000));
        await using var server = await OriginServer.StartAsync(
            _folder.Path, new OriginServerOptions { UploadBitsPerSecond = bitsPerSecond }, Token);
        using var client = new HttpOriginClient();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var readers = Enumerable.Range(0, 3).Select(
            _ => DrainAsync(client, server, stop.Token)).ToArray();

        // From a moment when bytes flow: what is sent is counted, and the clock with it.
        while (server.Total.Bytes < 50_000) await Task.Delay(5, Token);
        var (start, clock) = (server.Total.Bytes, Stopwatch.GetTimestamp());
        while (server.Total.Bytes - start < 600_000) await Task.Delay(1, Token);
        var rate = (server.Total.Bytes - start) * 8 / Stopwatch.GetElapsedTime(clock).TotalSeconds;
        await stop.CancelAsync();
        var got = await Task.WhenAll(readers);

        Assert.InRange(rate, bitsPerSecond * 0.95, bitsPerSecond * 1.03);
        Assert.All(got, bytes => Assert.InRange(bytes, got.Max() * 0.7, got.Max()));
    }

    [Fact]
    public void The_cap_is_exact_in_its_own_time()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var cap = new UploadCap(8_000_000, time);
        Assert.Equal(5_000, cap.WriteBytes);
        var sent = 0;
        for (var millisecond = 0; millisecond < 1000; millisecond++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            while (cap.WaitAsync(500, Token) is { IsCompletedSuccessfully: true }) sent += 500;
            // The write that must wait has taken its place; it goes out half a millisecond later.
            sent += 500;
        }

        Assert.InRange(sent, 980_000, 1_020_000);
    }

    [Fact]
    public async Task A_host_that_is_not_allowed_is_not_asked()
    {
        _folder.Write("a.ts", _bytes);
        await using var server = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        using var client = new HttpOriginClient(
            new HttpOriginOptions { AllowedHosts = ["media.example"] });
        var problem = await Assert.ThrowsAsync<IOException>(
            async () => await client.OpenAsync(new Uri(server.BaseUri, "a.ts"), 0, 10, Token));
        Assert.Contains("not among the allowed origins", problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Total.Requests);
        await Assert.ThrowsAsync<IOException>(
            async () => await client.OpenAsync(new Uri("file:///etc/hostname"), 0, 1, Token));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task A_publishers_word_leads_to_public_addresses_only(string host)
    {
        _folder.Write("a.ts", _bytes);
        await using var server = await OriginServer.StartAsync(
            _folder.Path, cancellationToken: Token);
        using var client = new HttpOriginClient();
        var uri = new Uri($"http://{host}:{server.BaseUri.Port}/a.ts");

        // A connection that is open already, made where the caller named the host, is not used
        // either.
        await using (await client.OpenAsync(
            new Uri(server.BaseUri, "a.ts"), 0, 10, OriginReach.Anywhere, Token)) { }
        var problem = await Assert.ThrowsAsync<IOException>(
            async () => await client.OpenAsync(uri, 0, 10, OriginReach.PublicOnly, Token));

        Assert.Contains("no public address", problem.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Total.Requests);
    }

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("2606:2800:220:1::1", true)]
    [InlineData("::ffff:93.184.216.34", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.8.8.8", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.0.1", false)]
    [InlineData("198.19.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("2001:0:1::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void Special_addresses_are_not_public(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address)));

    [Fact]
    public void Only_named_hosts_are_allowed_by_name()
    {
        using var none = new HttpOriginClient();
        using var some = new HttpOriginClient(
            new HttpOriginOptions { AllowedHosts = ["cdn.example", "127.0.0.1:81"] });
        Assert.False(none.Allows(new Uri("http://cdn.example/")));
        Assert.True(some.Allows(new Uri("http://cdn.example:8080/")));
        Assert.True(some.Allows(new Uri("http://127.0.0.1:81/")));
        Assert.False(some.Allows(new Uri("http://127.0.0.1:82/")));
    }

    private static async Task<long> DrainAsync(
        HttpOriginClient client, OriginServer server, CancellationToken cancellationToken)
    {
        long total = 0;
        var buffer = new byte[16 * 1024];
        try
        {
            await using var stream = await client.OpenAsync(
                new Uri(server.BaseUri, "a.ts"), 0, 2_000_000, cancellationToken);
            while (await stream.ReadAsync(
                buffer, cancellationToken) is > 0 and var read) total += read;
        }
        catch (OperationCanceledException)
        {
            // Measured long enough.
        }

        return total;
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Token);
        return all.ToArray();
    }

    private static byte[] Payload(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
