using Microsoft.Playwright;

namespace P2PStream.EndToEnd.Tests;

/// <summary>The system's Chromium without a screen, with a profile that goes with it.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowserContext _context;
    private readonly DirectoryInfo _profile;

    private Browser(IPlaywright playwright, IBrowserContext context, DirectoryInfo profile)
    {
        _playwright = playwright;
        _context = context;
        _profile = profile;
    }

    /// <summary>Starts it; the test is skipped where there is none.</summary>
    public static async Task<Browser> StartAsync()
    {
        var name = Names.FirstOrDefault(ExternalProgram.IsInstalled);
        Assert.SkipWhen(name is null, "Chromium is not installed");
        var profile = Directory.CreateTempSubdirectory("p2pstream-browser-");
        var playwright = await Playwright.CreateAsync();
        try
        {
            var context = await playwright.Chromium.LaunchPersistentContextAsync(
                profile.FullName, new BrowserTypeLaunchPersistentContextOptions
                {
                    ExecutablePath = ExternalProgram.Find(name!),
                    Headless = true,
                    ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
                    Args =
                    [
                        "--no-sandbox", "--disable-gpu", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update",
                        "--disable-sync", "--autoplay-policy=no-user-gesture-required",
                    ],
                });
            return new Browser(playwright, context, profile);
        }
        catch
        {
            playwright.Dispose();
            profile.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>An empty page.</summary>
    public Task<IPage> OpenAsync() => _context.NewPageAsync();

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        _playwright.Dispose();
        _profile.Delete(recursive: true);
    }
}
