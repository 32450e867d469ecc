using System.Diagnostics;

namespace P2PStream.StartUp;

/// <summary>
/// What a player does without us: master playlist, then the media playlists of the best video and the
/// audio, their initialization segments, their first segments; what can go at once goes at once.
/// </summary>
internal static class PlainPlayer
{
    /// <summary>Starts up once, on fresh connections.</summary>
    /// <returns>Milliseconds until both first segments were there.</returns>
    public static async Task<double> StartAsync(Uri origin)
    {
        using var http = new HttpClient();
        var start = Stopwatch.GetTimestamp();
        var master = await http.GetStringAsync(new Uri(origin, "master.m3u8"));
        var playlists = Lines(master).Where(line => !line.StartsWith('#')).TakeLast(1)
            .Append(Quoted(Lines(master).First(line => line.StartsWith("#EXT-X-MEDIA:", StringComparison.Ordinal))))
            .Select(name => new Uri(origin, name)).ToArray();
        var texts = await Task.WhenAll(playlists.Select(uri => http.GetStringAsync(uri)));
        await Task.WhenAll(texts.Select((text, i) => http.GetByteArrayAsync(new Uri(playlists[i],
            Quoted(Lines(text).First(line => line.StartsWith("#EXT-X-MAP:", StringComparison.Ordinal)))))));
        await Task.WhenAll(texts.Select((text, i) => http.GetByteArrayAsync(
            new Uri(playlists[i], Lines(text).First(line => !line.StartsWith('#'))))));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The URI attribute.</summary>
    private static string Quoted(string line)
    {
        var start = line.IndexOf("URI=\"", StringComparison.Ordinal) + 5;
        return line[start..line.IndexOf('"', start)];
    }
}
