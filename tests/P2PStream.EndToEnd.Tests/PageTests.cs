using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;
using P2PStream.Http;

namespace P2PStream.EndToEnd.Tests;

/// <summary>The gateway's page in a real browser.</summary>
public sealed class PageTests
{
    private const string Moment = "document.getElementById('video').currentTime";

    private const string Filled = "[...document.querySelectorAll('.cell')]"
        + ".filter(cell => cell.style.backgroundColor).length";

    private const string Ended =
        "document.getElementById('state').textContent === 'at the end' ? 1 : 0";

    /// <summary>Set to a folder to keep a picture of the page.</summary>
    private const string PictureFolder = "P2PSTREAM_TEST_PICTURES";

    private const string Sources = "[...new Set([...document.querySelectorAll('.cell')]"
        + ".map(cell => cell.style.backgroundColor).filter(Boolean))].length";

    // What the demo takes; with much more all of the sample would be there at once.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task The_page_plays_and_shows_who_gave_what()
    {
        using var limit = Limits.ForOneTest();
        await using var browser = await Browser.StartAsync();
        await using var origin = await OriginServer.StartAsync(
            TestMedia.Sample.Folder, null, limit.Token);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        await swarm.PublishAsync(
            new Uri(origin.BaseUri, TestMedia.Sample.Playlist).AbsoluteUri, servesMedia: false,
            limit.Token);
        var first = await swarm.WatchAsync(limit.Token);
        using var http = new HttpClient();
        var whole = await StreamContent.CompareAsync(first, http, limit.Token);
        var watched = await swarm.WatchAsync(limit.Token, prefetchAhead: Ahead);
        await using var gateway = await GatewayServer.StartAsync(watched, null, limit.Token);

        var page = await browser.OpenAsync();
        var problems = new ConcurrentQueue<string>();
        page.PageError += (_, problem) => problems.Enqueue(problem);
        page.Console += (_, line) =>
        {
            if (line.Type == "error") problems.Enqueue(line.Text);
        };
        await page.GotoAsync(gateway.PageUri.AbsoluteUri);
        var moment = await PastAsync(page, Moment, 0.5, limit.Token);
        var cells = await PastAsync(page, Filled, 0, limit.Token);
        var offload = await ReadAsync(page, "offload");
        await PastAsync(page, Moment, moment + 2, limit.Token);
        await PastAsync(page, Filled, cells, limit.Token);

        Assert.Equal("film", await page.TextContentAsync("#name"));
        Assert.Equal("playing", await page.TextContentAsync("#state"));
        Assert.InRange(offload, 1, 100);
        Assert.InRange(await ReadAsync(page, "offload"), 1, 100);
        Assert.InRange(await ReadAsync(page, "buffer"), 0.1, 60);
        Assert.InRange(await ReadAsync(page, "startup"), 1, 30_000);
        Assert.Equal(0, await ReadAsync(page, "rejected"));
        // The other viewer and the publisher.
        Assert.Equal(2, await page.Locator("#peers tr").CountAsync());
        Assert.Empty(problems);
        Assert.True(watched.Statistics.BytesFromViewers is var bytes && bytes > 0
            && bytes <= whole.Bytes);
        await page.EvaluateAsync("document.getElementById('video').currentTime = 40");
        await PastAsync(page, Moment, 41, limit.Token);
        await PastAsync(page, Ended, 0, limit.Token);
        Assert.Equal(0, await ReadAsync(page, "rejected"));
        Assert.Empty(problems);
    }

    [Fact]
    public async Task Figures_move_while_it_plays()
    {
        using var limit = Limits.ForPlaying();
        await using var browser = await Browser.StartAsync();
        await using var origin = await OriginServer.StartAsync(
            TestMedia.Sample.Folder, null, limit.Token);
        await using var swarm = await LoopbackSwarm.StartAsync(limit.Token);
        await swarm.PublishAsync(
            new Uri(origin.BaseUri, TestMedia.Sample.Playlist).AbsoluteUri, servesMedia: false,
            limit.Token);
        var watched = await swarm.WatchAsync(limit.Token, prefetchAhead: Ahead);
        await using var gateway = await GatewayServer.StartAsync(watched, null, limit.Token);
        var page = await browser.OpenAsync();
        await page.GotoAsync(gateway.PageUri.AbsoluteUri);
        await PastAsync(page, Moment, 1, limit.Token);
        await PastAsync(page, Filled, 5, limit.Token);

        // Alone, everything comes from the origin.
        Assert.Equal(0, await ReadAsync(page, "offload"));
        var before = await FiguresAsync(page);
        await TakePicturesAsync(page, "alone");

        // Others come, who have what is still to be played.
        using var http = new HttpClient();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
            await StreamContent.CompareAsync(
                await swarm.WatchAsync(limit.Token), http, limit.Token)));
        await PastAsync(page, Sources, 1, limit.Token);
        var still = before.Keys.ToHashSet();
        while (still.Count > 0 && await page.EvaluateAsync<double>(Moment) is < 40)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
            var now = await FiguresAsync(page);
            still.RemoveWhere(name => now[name] != before[name]);
        }

        Assert.Empty(still);

        await PastAsync(page, Moment, 12, limit.Token);
        await TakePicturesAsync(page, "together");
        Assert.InRange(await ReadAsync(page, "offload"), 1, 99);
        Assert.InRange(await ReadAsync(page, "buffer"), 0.1, 20);
        Assert.Equal(
            "4 viewers and 1 publisher linked", await page.TextContentAsync("#peer-count"));
    }

    /// <summary>What a viewer of the page sees move, by name.</summary>
    private static async Task<Dictionary<string, string>> FiguresAsync(IPage page)
    {
        var figures = new Dictionary<string, string>();
        foreach (var id in (string[])["offload", "from-viewers", "buffer", "ready",
            "legend", "peers", "peer-count", "served"])
            figures.Add(id, (await page.TextContentAsync("#" + id))!);
        foreach (var expression in (string[])[Moment, Filled, Sources])
        {
            var number = await page.EvaluateAsync<double>(expression);
            figures.Add(expression, number.ToString(CultureInfo.InvariantCulture));
        }

        figures.Add("rates", (await page.Locator("#rates .viewers").GetAttributeAsync("d"))!);
        return figures;
    }

    private static async Task TakePicturesAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable(PictureFolder) is not { Length: > 0 } folder) return;
        foreach (var (width, height) in ((int, int)[])[(400, 800), (1920, 1080), (1280, 900)])
        {
            await page.SetViewportSizeAsync(width, height);
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder, $"{name}-{width}.png"), FullPage = true,
            });
        }
    }

    /// <summary>Waits until an expression is above a number; the page's own policy forbids it to
    /// wait for itself.</summary>
    private static async Task<double> PastAsync(
        IPage page, string expression, double least, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = await page.EvaluateAsync<double>(expression);
            if (now > least) return now;
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private static async Task<double> ReadAsync(IPage page, string id) =>
        double.Parse((await page.TextContentAsync("#" + id))!, CultureInfo.InvariantCulture);
}
