using System.Net.Http.Headers;

namespace P2PStream.EndToEnd.Tests;

/// <summary>A segment, or an initialization segment, as a playlist names it.</summary>
/// <param name="Uri">Where it lies.</param>
/// <param name="Offset">Its first byte there.</param>
/// <param name="Length">Its bytes; -1 for all there are.</param>
internal sealed record HlsPart(Uri Uri, long Offset, long Length)
{
    /// <summary>Fetches it.</summary>
    public async Task<byte[]> GetAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Uri);
        if (Length >= 0) request.Headers.Range = new RangeHeaderValue(Offset, Offset + Length - 1);
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (Length >= 0) Assert.Equal(Length, bytes.Length);
        return bytes;
    }
}
