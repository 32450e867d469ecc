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

    // On one machine all of the sample would be there at once, and nothing would move.
    private static readonly TimeSpan ShortPrefetch = TimeSpan.FromSeconds(4);

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
        var watched = await swarm.WatchAsync(limit.Token, prefetchAhead: ShortPrefetch);
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
        if (Environment.GetEnvironmentVariable(PictureFolder) is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder, "page.png"), FullPage = true,
            });
            await page.SetViewportSizeAsync(400, 800);
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder, "narrow.png"), FullPage = true,
            });
        }

        await page.EvaluateAsync("document.getElementById('video').currentTime = 40");
        await PastAsync(page, Moment, 41, limit.Token);
        await PastAsync(page, Ended, 0, limit.Token);
        Assert.Equal(0, await ReadAsync(page, "rejected"));
        Assert.Empty(problems);
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
