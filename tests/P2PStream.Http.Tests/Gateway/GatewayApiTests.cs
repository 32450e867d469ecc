using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using P2PStream.Protocol;

namespace P2PStream.Http.Tests;

public sealed class GatewayApiTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Status_tells_totals_tracks_deliveries_and_peers()
    {
        var stream = await FolderStream.OpenAsync(SampleMedia.Master, Token);
        stream.Statistics = new SwarmStatistics
        {
            BytesFromViewers = 300, BytesFromPublisher = 60, BytesFromOrigin = 40, BytesServed = 7,
            Peers =
            [
                new PeerStatistics
                {
                    Name = "00112233", Address = "127.0.0.1:9", IsViewer = true, DownRate = 5,
                    BytesReceived = 300, RoundTrip = TimeSpan.FromMilliseconds(1.5),
                },
            ],
        };
        stream.Deliver(new SegmentDelivery(
            new SegmentId(1, 3, 4), DateTimeOffset.UnixEpoch, 300, 60, 40, "00112233"));
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        var status = await http.GetFromJsonAsync<JsonElement>("api/status", Token);

        Assert.Equal("onDemand", status.GetProperty("kind").GetString());
        Assert.Equal(0.75, status.GetProperty("totals").GetProperty("offload").GetDouble());
        Assert.Equal(22, status.GetProperty("tracks")[3].GetProperty("segments").GetInt32());
        var delivery = Assert.Single(status.GetProperty("deliveries").EnumerateArray());
        Assert.Equal("00112233", delivery.GetProperty("source").GetString());
        var peer = Assert.Single(status.GetProperty("peers").EnumerateArray());
        Assert.Equal(1.5, peer.GetProperty("roundTripMs").GetDouble());
    }

    [Fact]
    public async Task Events_begin_with_everything_and_go_on_with_what_is_new()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var stream = await FolderStream.OpenAsync(SampleMedia.Master, Token);
        stream.Deliver(Delivery(0));
        stream.Deliver(Delivery(1));
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions { Time = time }, Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        using var reader = new StreamReader(await http.GetStreamAsync("api/events", Token));
        Assert.Equal("0, 1", await NextAsync(reader));
        stream.Deliver(Delivery(2));
        Assert.Equal("2", await NextAsync(reader, time));
        Assert.Equal("", await NextAsync(reader, time));
    }

    [Fact]
    public async Task Events_come_before_the_catalog_does()
    {
        await using var gateway = await GatewayServer.StartAsync(
            new FolderStream(), new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        var status = await http.GetFromJsonAsync<JsonElement>("api/status", Token);
        Assert.False(status.GetProperty("ready").GetBoolean());
        Assert.Equal(0, status.GetProperty("tracks").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"status":"playing","position":12.5,"buffered":8,"rate":1}""", 204)]
    [InlineData("""{"status":"paused","position":0,"buffered":0}""", 204)]
    [InlineData("""{"status":"dancing","position":1,"buffered":1}""", 400)]
    [InlineData("""{"status":"playing","position":-1,"buffered":1}""", 400)]
    [InlineData("""{"status":"playing","position":1e300,"buffered":1}""", 400)]
    [InlineData("""{"status":"playing","position":1,"buffered":1,"rate":1000}""", 400)]
    [InlineData("""{"status":"playing"}""", 204)]
    [InlineData("null", 400)]
    [InlineData("{", 400)]
    [InlineData("", 400)]
    public async Task Reports_are_checked(string json, int expected)
    {
        var stream = await FolderStream.OpenAsync(SampleMedia.Master, Token);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        using var content = new StringContent(json);
        using var response = await http.PostAsync("api/player", content, Token);
        Assert.Equal(expected, (int)response.StatusCode);
        if (json.Contains("12.5", StringComparison.Ordinal))
        {
            var state = stream.Player!();
            Assert.Equal(PlayerStatus.Playing, state.Status);
            Assert.InRange(state.Position.TotalSeconds, 12.5, 20.5);
        }
    }

    [Theory]
    [InlineData(null, PlayerStatus.Playing)]
    [InlineData("bytes=0-", PlayerStatus.Playing)]
    [InlineData("bytes=0-9", PlayerStatus.Starting)]
    public async Task Who_has_a_segment_to_its_end_plays(string? range, PlayerStatus expected)
    {
        var stream = await FolderStream.OpenAsync(SampleMedia.Master, Token);
        await using var gateway = await GatewayServer.StartAsync(
            stream, new GatewayOptions(), Token);
        using var oneConnection = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        using var http = new HttpClient(oneConnection) { BaseAddress = gateway.PageUri };
        using var request = new HttpRequestMessage(HttpMethod.Get, "3/4.m4s");
        if (range is not null) request.Headers.Add("Range", range);
        using var response = await http.SendAsync(request, Token);
        response.EnsureSuccessStatusCode();

        // Its next request on that connection is read when the last has been dealt with.
        await http.GetStringAsync("api/status", Token);

        Assert.Equal(expected, stream.Player!().Status);
    }

    [Fact]
    public async Task A_report_that_is_too_long_is_refused()
    {
        await using var gateway = await GatewayServer.StartAsync(
            new FolderStream(), new GatewayOptions(), Token);
        using var http = new HttpClient { BaseAddress = gateway.PageUri };
        using var content = new ByteArrayContent(new byte[100_000]);
        using var response = await http.PostAsync("api/player", content, Token);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private static SegmentDelivery Delivery(ulong sequence) =>
        new(new SegmentId(1, 0, sequence), DateTimeOffset.UnixEpoch, 1, 0, 0, "origin");

    private static async Task<string> NextAsync(
        StreamReader reader, Microsoft.Extensions.Time.Testing.FakeTimeProvider? time = null)
    {
        var line = reader.ReadLineAsync(Token).AsTask();
        while (time is not null && !line.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(line, Task.Delay(10, Token));
        }

        var text = await line;
        Assert.StartsWith("data: ", text, StringComparison.Ordinal);
        Assert.Equal("", await reader.ReadLineAsync(Token));
        using var json = JsonDocument.Parse(text!["data: ".Length..]);
        return string.Join(", ", json.RootElement.GetProperty("deliveries").EnumerateArray()
            .Select(delivery => delivery.GetProperty("sequence").GetInt32()));
    }
}
