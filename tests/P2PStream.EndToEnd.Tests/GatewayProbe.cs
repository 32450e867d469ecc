using System.Text;

namespace P2PStream.EndToEnd.Tests;

/// <summary>Asks a gateway how it is, when a player did not come to its end: was it the player that
/// hung, or what it asked for?</summary>
internal static class GatewayProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What its status says, and how it answers for everything that its playlist names. Never
    /// fails.</summary>
    public static async Task<string> DescribeAsync(Uri playlist)
    {
        using var http = new HttpClient();
        var text = new StringBuilder();
        await TellAsync(text, "status", async limit =>
            await http.GetStringAsync(new Uri(playlist, "api/status"), limit));
        IReadOnlyList<HlsPart> parts = [];
        await TellAsync(text, "playlist", async limit =>
        {
            parts = await HlsListing.ReadAsync(http, playlist, limit);
            return $"{parts.Count} parts";
        });
        foreach (var part in parts)
            await TellAsync(text, part.Uri.AbsolutePath, async limit =>
                $"{(await part.GetAsync(http, limit)).Length} bytes");
        return text.ToString();
    }

    private static async Task TellAsync(
        StringBuilder text, string what, Func<CancellationToken, Task<string>> ask)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        string answer;
        try
        {
            answer = await ask(limit.Token);
        }
        catch (Exception problem)
        {
            // Whatever it is, it belongs into the report of the test that has failed already.
            answer = $"{problem.GetType().Name}: {problem.Message}";
        }

        text.Append(what).Append(": ").Append(answer).Append('\n');
    }
}
